// From a line of text to its tokens and back.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace alinea {

class Tokenizer {
 public:
  Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  virtual ~Tokenizer() = default;

  // line is valid UTF-8 without a line break.
  virtual std::vector<std::string> split(std::string_view line) const = 0;
  virtual std::string join(std::span<const std::string> tokens) const = 0;

  // The name by which make_tokenizer finds it.
  virtual std::string_view name() const = 0;

  // Writes what make_tokenizer needs, if anything, to files whose names begin with stem.
  virtual void save(const std::filesystem::path& stem) const;

  // The vocabulary of a tokenizer that comes with one.
  virtual std::optional<Vocabulary> own_vocabulary() const;
};

// The kinds, by name:
//   space          text that is tokenised already: tokens stand between ASCII spaces and tabs
//   char           Unicode code points; a space is the token U+2581
//   icu            words by Unicode's rules, with joiners where no space stood (icu_tokenizer.h)
//   sentencepiece  pieces of a SentencePiece model, read from `<stem>.spm`
// Throws UsageError that lists the names for any other, Error where a model cannot be read.
std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name, const std::filesystem::path& stem);

std::vector<std::string> tokenizer_names();

// Throws UsageError that lists the names where there is no tokenizer of that name.
void check_tokenizer_name(std::string_view name);

}  // namespace alinea
