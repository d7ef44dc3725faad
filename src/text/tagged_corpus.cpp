#include "text/tagged_corpus.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "support/error.h"
#include "support/shuffle.h"
#include "support/utf8.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Keeps the choice of validation sentences apart from the orders of the epochs.
constexpr uint64_t kShareStream = 0x746167736861;

using Sentences = std::vector<TaggedSentence>;

std::string with_zeros(std::string word) {
  for (char& letter : word)
    if (letter >= '0' && letter <= '9') letter = '0';
  return word;
}

std::string as_looked_up(const std::string& word, const WordForm& form) {
  const std::string text = form.zero_digits ? with_zeros(word) : word;
  return form.lowercase ? to_lower(text) : text;
}

Sentences read_sentences(const std::filesystem::path& path, const TaggedForm& form) {
  TaggedReader reader(path, form);
  Sentences sentences;
  for (TaggedSentence sentence; reader.next(sentence);) sentences.push_back(std::move(sentence));
  if (sentences.empty()) throw Error("no sentences: '{}' has no words", path.string());
  return sentences;
}

// Moves a share of the sentences that have words from one list into the other.
Sentences take_share(Sentences& sentences, double share, uint64_t seed) {
  std::vector<size_t> order(sentences.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::mt19937_64 random = generator(seed, kShareStream);
  shuffle(order, random);
  order.resize(static_cast<size_t>(share * static_cast<double>(sentences.size())));
  std::ranges::sort(order);
  Sentences taken, rest;
  for (size_t i = 0, next = 0; i < sentences.size(); ++i) {
    const bool is_taken = next < order.size() && order[next] == i;
    next += is_taken ? 1 : 0;
    (is_taken ? taken : rest).push_back(std::move(sentences[i]));
  }
  sentences = std::move(rest);
  return taken;
}

int64_t leave_out_long(Sentences& sentences, const TaggedOptions& options) {
  if (!options.most_words) return 0;
  return static_cast<int64_t>(std::erase_if(sentences, [&](const TaggedSentence& one) {
    return std::ssize(one.words) > *options.most_words;
  }));
}

Vocabulary count_words(const Sentences& sentences, const TaggedOptions& options) {
  VocabularyCounter counter;
  for (const TaggedSentence& sentence : sentences)
    for (const std::string& word : sentence.words) counter.add(as_looked_up(word, options.words));
  return counter.build(options.min_frequency, options.vocabulary_size);
}

Vocabulary count_letters(const Sentences& sentences, const WordForm& form) {
  VocabularyCounter counter;
  for (const TaggedSentence& sentence : sentences)
    for (const std::string& word : sentence.words) {
      const std::string text = form.zero_digits ? with_zeros(word) : word;
      for (const std::string_view letter : code_points(text)) counter.add(letter);
    }
  return counter.build(/*min_frequency=*/1, /*max_size=*/0);
}

// `what` is what messages call a name: "tags".
Labels labels_of(const std::set<std::string>& names, const char* what,
                 const std::filesystem::path& path) {
  if (names.size() < 2)
    throw Error("'{}': expected two {} or more to learn from, got {}", path.string(), what,
                names.empty() ? "none" : "only '" + *names.begin() + "'");
  return Labels({names.begin(), names.end()});
}

// Numbers of tags; those that training never had come behind the others.
class TagNumbers {
 public:
  explicit TagNumbers(TaggedData& data) : data_(data) {
    for (size_t i = 0; i < data.tag_names.size(); ++i)
      numbers_.emplace(data.tag_names[i], static_cast<int32_t>(i));
  }
  int32_t operator()(const std::string& tag) {
    const auto [found, is_new] =
        numbers_.emplace(tag, static_cast<int32_t>(data_.tag_names.size()));
    if (is_new) data_.tag_names.push_back(tag);
    return found->second;
  }

 private:
  TaggedData& data_;
  TextMap<int32_t> numbers_;
};

TaggedCorpus numbered(const Sentences& sentences, TaggedData& data) {
  TaggedCorpus corpus;
  TagNumbers numbers(data);
  for (const TaggedSentence& sentence : sentences) {
    TaggedCorpus::Entry entry{.line = sentence.line};
    for (const std::string& tag : sentence.tags) {
      entry.tags.push_back(numbers(tag));
      if (entry.tags.back() >= data.tags.size()) ++data.unseen_tags;
    }
    if (data.classes) {
      entry.label = data.classes->id(sentence.label);
      if (entry.label == kNoLabel) ++data.unseen_classes;
    }
    corpus.add(data.reader, sentence.words, entry);
  }
  return corpus;
}

TaggedData make_data(const Sentences& training, const TaggedFiles& files,
                     const TaggedOptions& options) {
  std::set<std::string> tags, classes;
  for (const TaggedSentence& sentence : training) {
    tags.insert(sentence.tags.begin(), sentence.tags.end());
    classes.insert(sentence.label);
  }
  std::optional<Labels> class_labels;
  if (options.form.class_column > 0) class_labels = labels_of(classes, "classes", files.training);
  std::optional<Vocabulary> letters;
  if (options.letters)
    letters = options.letter_vocabulary ? *options.letter_vocabulary
                                        : count_letters(training, options.words);
  Vocabulary words = options.vocabulary ? *options.vocabulary : count_words(training, options);
  TaggedData data{labels_of(tags, "tags", files.training),
                  std::move(class_labels),
                  WordReader(options.words, std::move(words), std::move(letters)),
                  {},
                  {},
                  {}};
  data.tag_names = data.tags.names();
  return data;
}

}  // namespace

int32_t WordReader::id(const std::string& word) const {
  return words_.id(as_looked_up(word, form_));
}

std::vector<int32_t> WordReader::letter_ids(const std::string& word) const {
  std::vector<int32_t> ids;
  if (!letters_) return ids;
  const std::string text = form_.zero_digits ? with_zeros(word) : word;
  for (const std::string_view letter : code_points(text)) {
    if (std::ssize(ids) == kMostLetters) break;
    ids.push_back(letters_->id(letter));
  }
  return ids;
}

std::span<const int32_t> TaggedCorpus::part(const std::vector<int32_t>& ids,
                                            int64_t sentence) const {
  if (ids.empty()) return {};
  const int64_t begin = sentences_.at(static_cast<size_t>(sentence));
  const int64_t end = sentences_.at(static_cast<size_t>(sentence) + 1);
  return std::span(ids).subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

std::span<const int32_t> TaggedCorpus::letters(int32_t spelling) const {
  const auto place = static_cast<size_t>(spelling);
  const int64_t begin = place == 0 ? 0 : letter_ends_.at(place - 1);
  return std::span(letters_).subspan(static_cast<size_t>(begin),
                                     static_cast<size_t>(letter_ends_.at(place) - begin));
}

int32_t TaggedCorpus::spelling_of(const WordReader& reader, const std::string& word) {
  const auto [found, is_new] = numbers_.emplace(word, static_cast<int32_t>(letter_ends_.size()));
  if (is_new) {
    const std::vector<int32_t> ids = reader.letter_ids(word);
    letters_.insert(letters_.end(), ids.begin(), ids.end());
    letter_ends_.push_back(static_cast<int64_t>(letters_.size()));
  }
  return found->second;
}

void TaggedCorpus::add(const WordReader& reader, std::span<const std::string> words,
                       const Entry& entry) {
  for (const std::string& word : words) {
    words_.push_back(reader.id(word));
    if (reader.letters()) spellings_.push_back(spelling_of(reader, word));
  }
  tags_.insert(tags_.end(), entry.tags.begin(), entry.tags.end());
  labels_.push_back(entry.label);
  lines_.push_back(entry.line);
  sentences_.push_back(static_cast<int64_t>(words_.size()));
}

TaggedData read_tagged(const TaggedFiles& files, const TaggedOptions& options) {
  Sentences training = read_sentences(files.training, options.form);
  Sentences validation = files.validation.empty()
                             ? take_share(training, options.valid_share, options.seed)
                             : read_sentences(files.validation, options.form);
  TaggedData data = make_data(training, files, options);
  data.left_out_empty = static_cast<int64_t>(
      std::erase_if(training, [](const TaggedSentence& one) { return one.words.empty(); }));
  data.left_out_long = leave_out_long(training, options) + leave_out_long(validation, options);
  data.training = numbered(training, data);
  data.validation = numbered(validation, data);
  if (data.training.size() == 0)
    throw Error("'{}': no sentence is left to train on", files.training.string());
  if (data.validation.words() == 0)
    throw Error(
        "no words to validate by: '{}' has too few sentences for a share of {}: raise valid-share, "
        "or give valid",
        (files.validation.empty() ? files.training : files.validation).string(),
        options.valid_share);
  return data;
}

}  // namespace alinea
