#include "text/story_text.h"

#include <algorithm>
#include <tuple>

#include "support/counted.h"
#include "support/error.h"
#include "support/shuffle.h"
#include "text/columns.h"
#include "text/line_reader.h"
#include "text/tagged_text.h"
#include "text/unicode.h"

namespace alinea {

namespace {

// Keeps the choice of validation stories apart from the orders of the epochs.
constexpr uint64_t kStoryStream = 0x73746f7279;
constexpr int64_t kMostStoryLines = 1'000'000'000;

// Marks at the end of a word are words.
std::vector<std::string> words_and_marks(std::string_view text) {
  constexpr std::string_view kMarks = ".,;:?!";
  std::vector<std::string> words;
  for (const std::string& word : words_of(text)) {
    const size_t end = word.find_last_not_of(kMarks) + 1;
    if (end > 0) words.push_back(word.substr(0, end));
    for (size_t i = end; i < word.size(); ++i) words.emplace_back(1, word[i]);
  }
  return words;
}

std::string_view number_in(std::string_view line) {
  return line.substr(0, std::min(line.find(' '), line.size()));
}

}  // namespace

bool is_question(std::string_view line) {
  const size_t last = line.find_last_not_of(' ');
  return line.find('\t') != std::string_view::npos ||
         (last != std::string_view::npos && line[last] == '?');
}

int64_t StoryCorpus::words_read(int64_t question) const {
  int64_t count = std::ssize(query(question));
  for (int64_t i = 0; i < facts(question); ++i) count += std::ssize(fact(question, i));
  return count;
}

void StoryCorpus::number(const Vocabulary& vocabulary, const Labels& answers) {
  for (size_t i = ids_.size(); i < spellings_.size(); ++i)
    ids_.push_back(vocabulary.id(spellings_[i]));
  for (Question& question : questions_) question.answer = answers.id(question.answer_text);
}

void StoryCorpus::count(VocabularyCounter& counter) const {
  std::vector<bool> is_read(spellings_.size());
  const auto mark = [&](const Sentence& sentence) {
    std::fill(is_read.begin() + sentence.begin, is_read.begin() + sentence.end, true);
  };
  for (const Question& question : questions_) {
    mark(question.query);
    for (int64_t i = question.facts_begin; i < question.facts_end; ++i)
      mark(facts_[static_cast<size_t>(i)]);
  }
  for (size_t i = 0; i < is_read.size(); ++i)
    if (is_read[i]) counter.add(spellings_[i]);
}

StoryCorpus StoryCorpus::part(std::span<const int64_t> questions) const {
  StoryCorpus part;
  part.facts_ = facts_;
  part.spellings_ = spellings_;
  part.ids_ = ids_;
  for (const int64_t q : questions) part.questions_.push_back(at(q));
  return part;
}

struct StoryReader::Columns {
  std::string_view text, answer = {}, supporting_lines = {};
};

void StoryReader::clear() {
  corpus_.questions_.clear();
  std::vector<StoryCorpus::Sentence> facts(corpus_.facts_.begin() + begin_, corpus_.facts_.end());
  std::vector<std::string> spellings;
  std::vector<int32_t> ids;
  for (StoryCorpus::Sentence& fact : facts) {
    const auto begin = std::ssize(spellings);
    for (int64_t i = fact.begin; i < fact.end; ++i) {
      spellings.push_back(corpus_.spellings_[static_cast<size_t>(i)]);
      if (i < std::ssize(corpus_.ids_)) ids.push_back(corpus_.ids_[static_cast<size_t>(i)]);
    }
    fact.begin = begin;
    fact.end = std::ssize(spellings);
  }
  corpus_.facts_ = std::move(facts);
  corpus_.spellings_ = std::move(spellings);
  corpus_.ids_ = std::move(ids);
  begin_ = 0;
}

void StoryReader::add_sentence(std::string_view text, int64_t number,
                               StoryCorpus::Sentence& sentence) {
  const std::vector<std::string> words =
      words_and_marks(form_.lowercase ? to_lower(text) : std::string(text));
  if (words.empty()) throw Error("expected words behind the number, got none");
  sentence.story_line = number;
  sentence.text = trimmed(text);
  sentence.begin = std::ssize(corpus_.spellings_);
  corpus_.spellings_.insert(corpus_.spellings_.end(), words.begin(), words.end());
  sentence.end = std::ssize(corpus_.spellings_);
}

void StoryReader::add_answer(const Columns& columns, StoryCorpus::Question& question) const {
  if (columns.answer.empty())
    throw Error("expected an answer behind the question and a tab, got none");
  question.answer_text = columns.answer;
  for (const std::string& line : words_of(columns.supporting_lines))
    question.supporting_lines.push_back(
        whole_number(line, "a line of the story", 1, question.query.story_line));
}

void StoryReader::add_question(const Columns& columns, int64_t number, int64_t line_number) {
  StoryCorpus::Question question{};
  question.answer = kNoLabel;
  question.query.story_line = number;
  if (form_.has_answers) add_answer(columns, question);
  add_sentence(columns.text, number, question.query);
  question.facts_end = std::ssize(corpus_.facts_);
  question.facts_begin =
      form_.max_facts == 0 ? begin_ : std::max(begin_, question.facts_end - form_.max_facts);
  question.line = line_number;
  question.story = story_;
  corpus_.questions_.push_back(std::move(question));
}

StoryReader::Columns StoryReader::columns_of(std::string_view text) const {
  const std::vector<std::string_view> all = split_at(text, '\t');
  if (form_.has_answers && all.size() > 3)
    throw Error(
        "expected a question, an answer and the numbers of supporting lines between tabs, got {}",
        counted(all.size(), "column"));
  Columns columns{all[0]};
  if (all.size() > 1) columns.answer = trimmed(all[1]);
  if (all.size() > 2) columns.supporting_lines = all[2];
  return columns;
}

int64_t StoryReader::take_number(std::string_view digits) {
  const int64_t number = whole_number(digits, "the number of the line", 1, kMostStoryLines);
  if (number != 1 && number <= number_ && !is_lost_) {
    is_lost_ = true;
    throw Error("expected a line above {}, or 1 where a story begins, got {}", number_, number);
  }
  number_ = number;
  return number;
}

void StoryReader::pass_over(std::string_view line) {
  try {
    if (take_number(number_in(line)) == 1) is_lost_ = true;
  } catch (const Error&) {
    // It is passed over in any case.
  }
}

bool StoryReader::add(std::string_view line, int64_t line_number) {
  const std::string_view digits = number_in(line);
  const int64_t number = take_number(digits);
  if (number == 1) {
    begin_ = std::ssize(corpus_.facts_);
    ++story_;
    is_lost_ = false;
  }
  const std::string_view rest = line.substr(digits.size());
  if (is_lost_) {
    if (!is_question(rest)) return false;
    throw Error("expected a story from its line 1 on, but that could not be read");
  }
  if (is_question(rest)) {
    add_question(columns_of(rest), number, line_number);
    return true;
  }
  StoryCorpus::Sentence fact{};
  add_sentence(rest, number, fact);
  corpus_.facts_.push_back(std::move(fact));
  return false;
}

namespace {

// The questions of a share of the stories by the seed, and the others.
std::pair<StoryCorpus, StoryCorpus> halves(const StoryCorpus& all, const StoryOptions& options) {
  std::vector<int64_t> stories;
  for (int64_t q = 0; q < all.size(); ++q)
    if (stories.empty() || stories.back() != all.story(q)) stories.push_back(all.story(q));
  std::vector<int64_t> order = stories;
  std::mt19937_64 random = generator(options.seed, kStoryStream);
  shuffle(order, random);
  order.resize(static_cast<size_t>(static_cast<double>(order.size()) * options.valid_share));
  std::ranges::sort(order);
  std::vector<int64_t> held_out, others;
  for (int64_t q = 0; q < all.size(); ++q)
    (std::ranges::binary_search(order, all.story(q)) ? held_out : others).push_back(q);
  return {all.part(held_out), all.part(others)};
}

Labels answers_of(const StoryCorpus& corpus, const std::filesystem::path& path) {
  std::vector<std::string> names;
  for (int64_t q = 0; q < corpus.size(); ++q) names.push_back(corpus.answer_text(q));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() < 2)
    throw Error("'{}': expected two different answers or more, got '{}' alone", path.string(),
                names.front());
  return Labels(std::move(names));
}

}  // namespace

StoryCorpus read_story_file(const std::filesystem::path& path, const StoryForm& form) {
  StoryReader reader(form);
  LineReader lines(path);
  for (std::string line; lines.next(line);)
    at_line(lines, [&] { reader.add(line, lines.line_number()); });
  if (reader.corpus().size() == 0)
    throw Error("no questions: '{}' has no line with a question, a tab and an answer",
                path.string());
  return std::move(reader.corpus());
}

StoryData read_stories(const StoryFiles& files, const StoryOptions& options) {
  StoryCorpus training = read_story_file(files.training, options.form), validation;
  if (files.validation.empty())
    std::tie(validation, training) = halves(training, options);
  else
    validation = read_story_file(files.validation, options.form);
  if (validation.size() == 0)
    throw Error(
        "no stories to validate by: '{}' has too few for a share of {}: raise valid-share, or "
        "give valid",
        files.training.string(), options.valid_share);
  if (training.size() == 0)
    throw Error("no stories to train on: '{}' has too few for a share of {}: lower valid-share",
                files.training.string(), options.valid_share);
  VocabularyCounter counter;
  training.count(counter);
  StoryData data{options.vocabulary ? *options.vocabulary
                                    : counter.build(options.min_frequency, options.vocabulary_size),
                 answers_of(training, files.training), std::move(training), std::move(validation)};
  data.training.number(data.vocabulary, data.answers);
  data.validation.number(data.vocabulary, data.answers);
  for (int64_t q = 0; q < data.validation.size(); ++q)
    data.unknown_answers += data.validation.answer(q) == kNoLabel ? 1 : 0;
  return data;
}

}  // namespace alinea
