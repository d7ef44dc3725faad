// From a line of text to its tokens and back.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/piece_sampler.h"
#include "text/vocabulary.h"

namespace alinea {

// A run of tokens that people read as one word.
struct TokenizedWord {
  size_t tokens;     // how many
  std::string text;  // without the marks of the tokenizer
};

class Tokenizer {
 public:
  Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;
  virtual ~Tokenizer() = default;

  // line is valid UTF-8 without a line break.
  virtual std::vector<std::string> split(std::string_view line) const = 0;
  virtual std::string join(std::span<const std::string> tokens) const = 0;
  // The part of the line that each of its tokens stands for, without white space around it; an
  // empty part where it stands for nothing else. In the order of the tokens, and of the line.
  virtual std::vector<std::string_view> places(std::string_view line) const = 0;

  // The words that a line's tokens make, in order; every token belongs to one of them. By itself a
  // token is a word.
  virtual std::vector<TokenizedWord> words(std::span<const std::string> tokens) const;

  // Whether the words of its text stand between spaces already, so that measures take them as they
  // are.
  virtual bool is_for_tokenized_text() const;

  // What draws other tokens for a text, with as much variety as alpha says; none by itself.
  virtual std::unique_ptr<const PieceSampler> sampler(double alpha) const;

  // The name by which make_tokenizer finds it.
  virtual std::string_view name() const = 0;

  // Writes what make_tokenizer needs, if anything, to files whose names begin with stem.
  virtual void save(const std::filesystem::path& stem) const;

  // The vocabulary of a tokenizer that comes with one.
  virtual std::optional<Vocabulary> own_vocabulary() const;
};

// The kinds, by name:
//   space          text that is tokenised already: tokens stand between ASCII spaces and tabs
//   subword-nmt    the same with words cut by subword-nmt or fastBPE: a token that ends in "@@" is
//                  joined to the next one
//   char           Unicode code points; a space is the token U+2581
//   icu            words by Unicode's rules, with joiners where no space stood (icu_tokenizer.h)
//                  and the symbols in `<stem>.symbols.txt`, if any
//   sentencepiece  pieces of a SentencePiece model, read from `<stem>.spm`
// Throws UsageError that lists the names for any other, Error where a model cannot be read.
std::unique_ptr<Tokenizer> make_tokenizer(std::string_view name, const std::filesystem::path& stem);

inline constexpr std::string_view kVisibleSpace = "\u2581";  // ▁

// The words of tokens that have a visible space where a word begins. A word has something besides
// such spaces, where anything in the line has; those at the end belong to the last word.
std::vector<TokenizedWord> words_between_spaces(std::span<const std::string> tokens);

std::vector<std::string> tokenizer_names();

// Throws UsageError that lists the names where there is no tokenizer of that name.
void check_tokenizer_name(std::string_view name);

}  // namespace alinea
