#include "text/reading_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "support/counted.h"
#include "support/digits.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/shuffle.h"
#include "text/columns.h"
#include "text/line_reader.h"
#include "text/tagged_text.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Keeps the choice of validation questions apart from the orders of the epochs, and both apart from
// the lots of markers.
constexpr uint64_t kQuestionStream = 0x7175657374, kMarkerStream = 0x6d61726b;

}  // namespace

std::string entity_marker(int64_t i) { return fmt::format("@entity{}", i); }

std::span<const int32_t> ReadingCorpus::document(int64_t question) const {
  const Question& q = at(question);
  return std::span(words_).subspan(static_cast<size_t>(q.begin),
                                   static_cast<size_t>(q.end - q.begin));
}

std::span<const int32_t> ReadingCorpus::query(int64_t question) const {
  const Question& q = at(question);
  return std::span(queries_).subspan(static_cast<size_t>(q.query_begin),
                                     static_cast<size_t>(q.query_end - q.query_begin));
}

std::span<const int32_t> ReadingCorpus::candidates(int64_t question) const {
  const Question& q = at(question);
  return std::span(candidates_)
      .subspan(static_cast<size_t>(q.candidates_begin),
               static_cast<size_t>(q.candidates_end - q.candidates_begin));
}

std::vector<int64_t> ReadingCorpus::places(int64_t question, int32_t spelling) const {
  std::vector<int64_t> places;
  const std::span<const int32_t> words = document(question);
  for (int64_t i = 0; i < std::ssize(words); ++i)
    if (words[i] == spelling) places.push_back(i);
  return places;
}

int32_t ReadingCorpus::id(int32_t spelling) const {
  return spelling == kBlank ? kBegin : ids_.at(static_cast<size_t>(spelling));
}

ReadingIds ReadingCorpus::ids(int64_t question) const {
  const std::vector<int32_t> lots = markers_.empty() ? markers_ : drawn_markers(question);
  const std::span<const int32_t> named = candidates(question);
  const auto marked = named.first(std::min(named.size(), lots.size()));
  const auto read = [&](std::span<const int32_t> spellings) {
    std::vector<int32_t> ids;
    ids.reserve(spellings.size());
    for (const int32_t spelling : spellings) {
      const auto found = std::ranges::find(marked, spelling);
      ids.push_back(found == marked.end() ? id(spelling)
                                          : lots[static_cast<size_t>(found - marked.begin())]);
    }
    return ids;
  };
  return {read(document(question)), read(query(question))};
}

std::vector<int32_t> ReadingCorpus::drawn_markers(int64_t question) const {
  constexpr std::string_view kEndOfWord("\0", 1);
  uint64_t seed = kHashOfNothing;
  for (const std::span<const int32_t> words : {query(question), candidates(question)})
    for (const int32_t word : words)
      seed = hash_of(kEndOfWord, hash_of(word == kBlank ? "" : text(word), seed));
  std::vector<int32_t> lots = markers_;
  std::mt19937_64 random = generator(seed, kMarkerStream);
  shuffle(lots, random);
  return lots;
}

void ReadingCorpus::number(const Vocabulary& vocabulary) {
  markers_.clear();
  for (int64_t i = 0; i < entity_markers_; ++i) markers_.push_back(vocabulary.id(entity_marker(i)));
  for (size_t i = ids_.size(); i < texts_.size(); ++i) ids_.push_back(vocabulary.id(texts_[i]));
}

void ReadingCorpus::count(VocabularyCounter& counter) const {
  std::vector<int64_t> counts(texts_.size());
  for (const std::vector<int32_t>* words : {&words_, &queries_})
    for (const int32_t word : *words)
      if (word != kBlank) ++counts[static_cast<size_t>(word)];
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) counter.add(texts_[i], counts[i]);
}

ReadingCorpus ReadingCorpus::part(std::span<const int64_t> questions) const {
  ReadingCorpus part = *this;
  part.questions_.clear();
  for (const int64_t q : questions) part.questions_.push_back(at(q));
  return part;
}

int32_t ReadingCorpus::spelling(const std::string& word) {
  const auto [place, is_new] = numbers_.try_emplace(word, static_cast<int32_t>(texts_.size()));
  if (is_new) texts_.push_back(word);
  return place->second;
}

struct ReadingReader::Columns {
  std::string_view document, query, answer, candidates;
};

ReadingReader::ReadingReader(const ReadingForm& form,
                             const std::optional<std::filesystem::path>& book)
    : form_(form) {
  corpus_.entity_markers_ = form.entity_markers;
  if (!book) return;
  LineReader reader(*book);
  book_ = reader.name();
  for (std::string line; reader.next(line);) {
    const std::vector<int32_t> words = spellings(line);
    corpus_.words_.insert(corpus_.words_.end(), words.begin(), words.end());
    lines_.push_back(std::ssize(corpus_.words_));
  }
  if (reader.line_number() == 0)
    throw Error("expected a book with lines, but '{}' is empty", *book_);
}

void ReadingReader::clear() {
  corpus_.questions_.clear();
  corpus_.queries_.clear();
  corpus_.candidates_.clear();
  if (!book_) corpus_.words_.clear();
}

std::vector<int32_t> ReadingReader::spellings(std::string_view text) {
  std::vector<int32_t> ids;
  for (const std::string& word : words_of(form_.lowercase ? to_lower(text) : std::string(text)))
    ids.push_back(corpus_.spelling(word));
  return ids;
}

int32_t ReadingReader::one_word(std::string_view text, const char* what) {
  const std::vector<int32_t> words = spellings(text);
  if (words.size() != 1) throw Error("expected {} that is one word, got '{}'", what, text);
  return words.front();
}

ReadingReader::Columns ReadingReader::columns_of(std::string_view line) const {
  const std::vector<std::string_view> all = split_at(line, '\t');
  const size_t least = form_.has_answers ? 3 : 2;
  if (all.size() < least || all.size() > least + 1)
    throw Error("expected {}{} and, where there are some, candidates between tabs, got {}",
                book_ ? "a line, a token" : "a document, a query",
                form_.has_answers ? ", an answer" : "", counted(all.size(), "column"));
  Columns columns{all[0], all[1], {}, {}};
  if (form_.has_answers) columns.answer = all[2];
  if (all.size() > least) columns.candidates = all[least];
  return columns;
}

void ReadingReader::add_query(std::vector<int32_t> words, ReadingCorpus::Question& question) {
  question.query_begin = std::ssize(corpus_.queries_);
  corpus_.queries_.insert(corpus_.queries_.end(), words.begin(), words.end());
  question.query_end = std::ssize(corpus_.queries_);
}

void ReadingReader::add_written(const Columns& columns, ReadingCorpus::Question& question) {
  std::vector<int32_t> query;
  std::vector<int64_t> blanks;
  for (const std::string& word : words_of(columns.query)) {
    const bool is_blank = word == form_.blank;
    if (is_blank) blanks.push_back(std::ssize(query));
    query.push_back(is_blank ? ReadingCorpus::kBlank : spellings(word).front());
  }
  if (blanks.size() != 1)
    throw Error("expected a query with one word {}, the blank, got {} of them{}", form_.blank,
                blanks.size(),
                is_number(columns.document) && is_number(columns.query)
                    ? ": a line and a token of a text require --book"
                    : "");
  question.blank = blanks.front();
  add_query(std::move(query), question);
  const std::vector<int32_t> words = spellings(columns.document);
  question.begin = std::ssize(corpus_.words_);
  corpus_.words_.insert(corpus_.words_.end(), words.begin(), words.end());
  question.end = std::ssize(corpus_.words_);
}

void ReadingReader::add_of_book(const Columns& columns, ReadingCorpus::Question& question) {
  const int64_t line =
      whole_number(columns.document, "a line of the book", 0, std::ssize(lines_) - 1);
  const int64_t begin = lines_[static_cast<size_t>(line)],
                end = lines_[static_cast<size_t>(line) + 1];
  if (begin == end) throw Error("expected a line with words, got line {} of {}", line, *book_);
  question.blank = whole_number(columns.query, "a token of the line", 0, end - begin);
  std::vector<int32_t> query(corpus_.words_.begin() + begin, corpus_.words_.begin() + end);
  int32_t& blank = query[static_cast<size_t>(question.blank)];
  if (form_.has_answers && blank != question.answer)
    throw Error("expected the answer '{}' at token {} of line {} of {}, got '{}'", columns.answer,
                question.blank, line, *book_, corpus_.text(blank));
  blank = ReadingCorpus::kBlank;
  add_query(std::move(query), question);
  question.begin = lines_[static_cast<size_t>(std::max<int64_t>(line - form_.context_lines, 0))];
  question.end = begin;
}

void ReadingReader::add(std::string_view line, int64_t number) {
  ReadingCorpus::Question question{};
  const auto candidates = corpus_.candidates_.size(), queries = corpus_.queries_.size();
  try {
    const Columns columns = columns_of(line);
    question.line = number;
    question.answer = form_.has_answers ? one_word(columns.answer, "an answer") : kNoAnswer;
    question.candidates_begin = std::ssize(corpus_.candidates_);
    if (!columns.candidates.empty())
      for (const std::string_view candidate : split_at(columns.candidates, '|')) {
        const int32_t word = one_word(candidate, "a candidate");
        const auto known = corpus_.candidates_.begin() + question.candidates_begin;
        if (std::find(known, corpus_.candidates_.end(), word) == corpus_.candidates_.end())
          corpus_.candidates_.push_back(word);
      }
    question.candidates_end = std::ssize(corpus_.candidates_);
    if (book_)
      add_of_book(columns, question);
    else
      add_written(columns, question);
  } catch (const Error&) {
    corpus_.candidates_.resize(candidates);
    corpus_.queries_.resize(queries);
    throw;
  }
  corpus_.questions_.push_back(question);
}

namespace {

ReadingCorpus read_questions(const std::filesystem::path& path, const std::filesystem::path& book,
                             const ReadingForm& form) {
  ReadingReader reader(form, book.empty() ? std::nullopt : std::optional(book));
  LineReader lines(path);
  for (std::string line; lines.next(line);)
    at_line(lines, [&] { reader.add(line, lines.line_number()); });
  if (reader.corpus().size() == 0) throw Error("no questions: '{}' has no lines", path.string());
  return std::move(reader.corpus());
}

// The questions of a share by the seed, and the others.
std::pair<ReadingCorpus, ReadingCorpus> halves(const ReadingCorpus& all,
                                               const ReadingOptions& options) {
  std::vector<int64_t> order(static_cast<size_t>(all.size()));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 random = generator(options.seed, kQuestionStream);
  shuffle(order, random);
  const auto count = static_cast<size_t>(static_cast<double>(order.size()) * options.valid_share);
  std::ranges::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  std::ranges::sort(order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
  return {all.part(std::span(order).first(count)), all.part(std::span(order).subspan(count))};
}

// The given words, or those that occur often enough, and the markers.
Vocabulary vocabulary_of(const ReadingCorpus& training, const ReadingOptions& options) {
  VocabularyCounter counter;
  training.count(counter);
  std::vector<std::string> tokens =
      options.vocabulary ? options.vocabulary->tokens()
                         : counter.build(options.min_frequency, options.vocabulary_size).tokens();
  for (int64_t i = 0; i < options.form.entity_markers; ++i)
    if (const std::string marker = entity_marker(i);
        std::ranges::find(tokens, marker) == tokens.end())
      tokens.push_back(marker);
  return Vocabulary(std::move(tokens));
}

// Of questions that have candidates, those whose answer is none of them.
int64_t count_not_offered(const ReadingCorpus& corpus) {
  int64_t count = 0;
  for (int64_t q = 0; q < corpus.size(); ++q) {
    const std::span<const int32_t> offered = corpus.candidates(q);
    count += !offered.empty() && std::ranges::count(offered, corpus.answer(q)) == 0 ? 1 : 0;
  }
  return count;
}

bool is_answerable(const ReadingCorpus& corpus, int64_t question) {
  return !corpus.places(question, corpus.answer(question)).empty();
}

int64_t count_missing(const ReadingCorpus& corpus) {
  int64_t missing = 0;
  for (int64_t q = 0; q < corpus.size(); ++q) missing += is_answerable(corpus, q) ? 0 : 1;
  return missing;
}

// The questions that a model can read and, for training, those whose answer stands in the document.
std::vector<int64_t> readable(const ReadingCorpus& corpus, std::optional<int64_t> most_words,
                              bool for_training) {
  std::vector<int64_t> questions;
  for (int64_t q = 0; q < corpus.size(); ++q) {
    const int64_t words = std::max(std::ssize(corpus.document(q)), std::ssize(corpus.query(q)));
    const bool is_short = !most_words || words <= *most_words;
    if (is_short && (!for_training || is_answerable(corpus, q))) questions.push_back(q);
  }
  return questions;
}

void refuse_missing(const ReadingCorpus& corpus, const std::filesystem::path& path) {
  for (int64_t q = 0; q < corpus.size(); ++q)
    if (!is_answerable(corpus, q))
      throw Error(
          "'{}', line {}: the answer '{}' does not stand in the document: see --missing-answers",
          path.string(), corpus.line(q), corpus.text(corpus.answer(q)));
}

}  // namespace

ReadingData read_reading(const ReadingFiles& files, const ReadingOptions& options) {
  ReadingCorpus training = read_questions(files.training, files.book, options.form), validation;
  if (options.refuse_missing) refuse_missing(training, files.training);
  if (files.validation.empty()) {
    std::tie(validation, training) = halves(training, options);
  } else {
    validation = read_questions(files.validation, files.validation_book, options.form);
    if (options.refuse_missing) refuse_missing(validation, files.validation);
  }
  const std::vector<int64_t> good = readable(training, options.most_words, /*for_training=*/true),
                             judged = readable(validation, options.most_words, false);
  if (good.empty())
    throw Error(
        "'{}': no question is left to train on: each is too long, or its answer does not stand in "
        "the document",
        files.training.string());
  if (judged.empty())
    throw Error(
        "no questions to validate by: '{}' has too few for a share of {}, or each is too long: "
        "raise valid-share, or give valid",
        files.training.string(), options.valid_share);
  ReadingData data{vocabulary_of(training, options), training.part(good), validation.part(judged)};
  data.missing = count_missing(training);
  data.too_long =
      training.size() - std::ssize(good) - data.missing + validation.size() - std::ssize(judged);
  data.missing_in_validation = count_missing(data.validation);
  data.not_offered = count_not_offered(data.training);
  data.not_offered_in_validation = count_not_offered(data.validation);
  data.training.number(data.vocabulary);
  data.validation.number(data.vocabulary);
  return data;
}

}  // namespace alinea
