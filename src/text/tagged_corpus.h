// Tagged sentences as ids, and the letters of their words for models that read those. Ids lie in
// flat vectors; text is not kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/document_corpus.h"
#include "text/labels.h"
#include "text/tagged_text.h"
#include "text/vocabulary.h"

namespace alinea {

// What becomes of a word before it is looked up. Its letters stay as they are, but for digits.
struct WordForm {
  bool lowercase = false;
  bool zero_digits = false;  // every digit is read as 0 (Lample et al. 2016, section 5)

  bool operator==(const WordForm&) const = default;
};

// Turns words into ids.
class WordReader {
 public:
  // Without a vocabulary of letters words have none.
  WordReader(const WordForm& form, Vocabulary words, std::optional<Vocabulary> letters)
      : form_(form), words_(std::move(words)), letters_(std::move(letters)) {}

  // The most letters of a word that are read; of a longer one the first.
  static constexpr int64_t kMostLetters = 64;

  const WordForm& form() const { return form_; }
  const Vocabulary& words() const { return words_; }
  const std::optional<Vocabulary>& letters() const { return letters_; }

  int32_t id(const std::string& word) const;
  // Ids of its first letters, none without a vocabulary of them.
  std::vector<int32_t> letter_ids(const std::string& word) const;

 private:
  WordForm form_;
  Vocabulary words_;
  std::optional<Vocabulary> letters_;
};

class TaggedCorpus {
 public:
  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t length(int64_t sentence) const { return std::ssize(words(sentence)); }
  // Of all sentences.
  int64_t words() const { return static_cast<int64_t>(words_.size()); }

  std::span<const int32_t> words(int64_t sentence) const { return part(words_, sentence); }
  // Beyond those of the model: tags that training never had. Empty for words without tags.
  std::span<const int32_t> tags(int64_t sentence) const { return part(tags_, sentence); }
  // Which of the different words each one is, by its letters.
  std::span<const int32_t> spellings(int64_t sentence) const { return part(spellings_, sentence); }
  std::span<const int32_t> letters(int32_t spelling) const;
  bool has_tags() const { return !tags_.empty(); }
  // kNoLabel: it has no class, or one that training never had.
  int32_t label(int64_t sentence) const { return labels_.at(static_cast<size_t>(sentence)); }
  // Where it stands in its file, from 1; 0: not known.
  int64_t line(int64_t sentence) const { return lines_.at(static_cast<size_t>(sentence)); }

  struct Entry {
    std::vector<int32_t> tags = {};  // one for each word, or none at all in the whole corpus
    int32_t label = kNoLabel;
    int64_t line = 0;
  };
  void add(const WordReader& reader, std::span<const std::string> words, const Entry& entry);

 private:
  std::span<const int32_t> part(const std::vector<int32_t>& ids, int64_t sentence) const;
  int32_t spelling_of(const WordReader& reader, const std::string& word);

  std::vector<int32_t> words_, tags_, spellings_, labels_;
  std::vector<int64_t> sentences_ = {0};  // where each begins in these, and where the last ends
  std::vector<int64_t> lines_;
  std::vector<int32_t> letters_;
  std::vector<int64_t> letter_ends_;
  TextMap<int32_t> numbers_;  // of spellings
};

struct TaggedFiles {
  std::filesystem::path training;
  std::filesystem::path validation;  // empty: a share of the training sentences
};

struct TaggedOptions {
  TaggedForm form = {};
  WordForm words = {};
  double valid_share = 0.1;
  uint64_t seed = 1;  // of the choice
  int64_t min_frequency = 1;
  int64_t vocabulary_size = 0;                // special symbols included; 0 = no limit
  std::optional<Vocabulary> vocabulary = {};  // to take instead of making one
  bool letters = false;
  std::optional<Vocabulary> letter_vocabulary = {};  // likewise
  std::optional<int64_t> most_words = {};            // longer sentences are left out
};

struct TaggedData {
  Labels tags;                    // of the training sentences
  std::optional<Labels> classes;  // likewise, where the form has them
  WordReader reader;
  TaggedCorpus training, validation;
  // The names of tags by id: those above, then those of the validation alone.
  std::vector<std::string> tag_names;
  int64_t left_out_empty = 0;                   // training sentences
  int64_t left_out_long = 0;                    // of both texts
  int64_t unseen_tags = 0, unseen_classes = 0;  // words and sentences of the validation
};

// Reads each file once. Throws Error where a line is wrong, or where nothing is left to train on or
// to validate by.
TaggedData read_tagged(const TaggedFiles& files, const TaggedOptions& options);

}  // namespace alinea
