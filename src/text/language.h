// One side of a translation: how its text becomes tokens, and which tokens have a number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/open_words.h"
#include "text/sentencepiece.h"
#include "text/text_lines.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

namespace alinea {

// How text becomes tokens.
struct TextOptions {
  std::string tokenizer = "space";
  bool lowercase = false;  // all of it, before anything else
};

// Code points of a line, [begin, end), counted from 0.
struct CharacterRange {
  int64_t begin = 0, end = 0;
  bool operator==(const CharacterRange&) const = default;
};

class Language {
 public:
  Language(std::unique_ptr<const Tokenizer> tokenizer, Vocabulary vocabulary,
           bool lowercase = false);

  // Ids of the tokens of a line, without </s>. Tokens that the vocabulary does not have are <unk>,
  // or, of an open language, numbered behind all others.
  std::vector<int32_t> encode(std::string_view line) const;
  std::vector<std::string> tokens(std::string_view line) const;
  // The part of the line that each of those stands for, without white space around it.
  std::vector<CharacterRange> ranges(std::string_view line) const;
  // Those of ids; every id counts.
  std::vector<std::string> tokens(std::span<const int32_t> ids) const;
  // Text of ids without </s>; every id counts.
  std::string decode(std::span<const int32_t> ids) const;
  // The line as decode would write it, but with the words of the line, also those that are unknown:
  // a reference to compare translations with.
  std::string reference(std::string_view line) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  bool lowercase() const { return lowercase_; }

  // Tokenizers of one kind, the same case, and the same tokens under the same ids.
  bool operator==(const Language& other) const {
    return tokenizer_->name() == other.tokenizer_->name() && lowercase_ == other.lowercase_ &&
           vocabulary_ == other.vocabulary_;
  }

  // From now on it is open; languages that share `words` read what the others wrote.
  void open(std::shared_ptr<OpenWords> words) { open_ = std::move(words); }
  // Of words that its vocabulary does not have; nothing where it is not open.
  OpenWords::Use use_words() const { return OpenWords::Use(open_); }

  // Files of a model folder: `<side>.vocabulary.txt` and what the tokenizer needs, `<side>.spm`.
  // side is "source" or "target". Throws Error where they are missing or do not belong together.
  static Language load(const std::filesystem::path& folder, std::string_view side,
                       const TextOptions& options);
  void save(const std::filesystem::path& folder, std::string_view side) const;

 private:
  std::shared_ptr<const Tokenizer> tokenizer_;  // shared by copies
  Vocabulary vocabulary_;
  bool lowercase_;
  std::shared_ptr<OpenWords> open_;  // nothing where it is not
};

struct VocabularyOptions {
  std::string tokenizer = "space";
  bool lowercase = false;
  int64_t min_frequency = 1;    // not for sentencepiece
  int64_t vocabulary_size = 0;  // special symbols included; 0 = no limit, not for sentencepiece
  // A vocabulary to take instead of making one, for sentencepiece its model; may be empty.
  std::filesystem::path vocabulary = {};
  // Tokens of their own wherever the text spells them, for sentencepiece and icu.
  std::vector<std::string> user_symbols = {};
  SentencePieceOptions sentencepiece = {};  // but for its vocabulary_size and symbols
  // Tokens that the vocabulary has, whether a text spells them or not.
  std::vector<std::string> always = {};
};

// Reads the files once, or not at all where the vocabulary is given. `warn` gets a sentence about
// what is not as the user may expect it.
using Warn = std::function<void(const std::string&)>;
Language build_language(
    const std::vector<TextFile>& files, const VocabularyOptions& options,
    const Warn& warn = [](const std::string&) {});

}  // namespace alinea
