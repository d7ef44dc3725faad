#include "alinea/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "alinea/one_line.h"
#include "alinea/with_threads.h"
#include "models/reader_model.h"
#include "models/reading.h"
#include "models/story_model.h"
#include "models/story_reading.h"
#include "support/unanswered.h"
#include "text/tagged_text.h"

namespace alinea {

namespace {

// Why one of the texts of a question is none that stands in a column; empty where all are.
std::string fault_of(const ReadingQuestion& question) {
  const auto column = [](const std::string& text, std::string_view what) {
    std::string fault = no_line(text, what);
    if (fault.empty() && text.find('\t') != std::string::npos)
      fault = fmt::format("expected {} without tabs", what);
    return fault;
  };
  std::string fault = column(question.query, "the query");
  for (const std::string& line : question.document)
    if (fault.empty()) fault = column(line, "the document");
  for (const std::string& candidate : question.candidates)
    if (fault.empty()) fault = column(candidate, "a candidate");
  return fault;
}

}  // namespace

class TextReader::Model {
 public:
  virtual ~Model() = default;
  std::vector<ReadingReply> answer(std::span<const ReadingQuestion> questions,
                                   const ReadingCallOptions& options) const {
    if (options.batch_size < 1)
      throw UsageError("the batch size must be at least 1, not {}", options.batch_size);
    if (options.keep_attention && !has_attention())
      throw Error("the sentences that the model reads do not look at each other: no attention");
    std::vector<ReadingReply> replies(questions.size());
    for (size_t i = 0; i < questions.size(); ++i) replies[i].fault = fault_of(questions[i]);
    answer_sound(questions, options, replies);
    return replies;
  }

  virtual const std::string& blank() const = 0;
  virtual bool reads_stories() const = 0;
  virtual bool has_attention() const = 0;

 private:
  // Of questions without a fault.
  virtual void answer_sound(std::span<const ReadingQuestion> questions,
                            const ReadingCallOptions& options,
                            std::vector<ReadingReply>& replies) const = 0;
};

namespace {

class DocumentReading : public TextReader::Model {
 public:
  explicit DocumentReading(const ModelFolder& folder) : model_(load<ReaderModel>(folder)) {}

  const std::string& blank() const override { return model_.form.blank; }
  bool reads_stories() const override { return false; }
  bool has_attention() const override { return true; }

 private:
  void answer_sound(std::span<const ReadingQuestion> questions, const ReadingCallOptions& options,
                    std::vector<ReadingReply>& replies) const override {
    ReadingForm form = model_.form;
    form.has_answers = false;
    ReadingReader reader(form, std::nullopt);
    std::vector<size_t> places;  // of the questions of the corpus
    for (size_t i = 0; i < questions.size(); ++i)
      if (replies[i].fault.empty() && read(questions[i], reader, replies[i].fault))
        places.push_back(i);
    ReadingCorpus& corpus = reader.corpus();
    corpus.number(model_.vocabulary);
    const std::vector<ReadingAnswer> answers = with_threads(options.threads, [&] {
      return alinea::answer(*model_.network, corpus, {options.batch_size, options.keep_attention});
    });
    for (size_t q = 0; q < answers.size(); ++q)
      finish(corpus, static_cast<int64_t>(q), answers[q], options.keep_attention,
             replies[places[q]]);
  }

  bool read(const ReadingQuestion& question, ReadingReader& reader, std::string& fault) const {
    std::string line;
    for (const std::string& part : question.document) line += (line.empty() ? "" : " ") + part;
    line += "\t" + question.query;
    for (size_t c = 0; c < question.candidates.size(); ++c)
      line += (c == 0 ? "\t" : "|") + question.candidates[c];
    const auto blanks = std::ranges::count(words_of(question.query), model_.form.blank);
    if (blanks != 1)
      fault = fmt::format("expected a query with one word {:?}, the blank, got {} of them",
                          model_.form.blank, blanks);
    for (const std::string& candidate : question.candidates)
      if (candidate.empty() || candidate.find('|') != std::string::npos)
        fault =
            fmt::format("expected a candidate that is one word without '|', got {:?}", candidate);
    if (!fault.empty()) return false;
    try {
      reader.add(line);
      return true;
    } catch (const Error& error) {
      fault = error.what();
      return false;
    }
  }

  void finish(const ReadingCorpus& corpus, int64_t question, const ReadingAnswer& found, bool keep,
              ReadingReply& reply) const {
    reply.fault = found.fault;
    if (!reply.fault.empty()) return;
    for (const ReadingAnswer::Choice& choice : found.choices)
      reply.choices.push_back({corpus.text(choice.spelling), choice.probability});
    reply.answer = reply.choices.front().answer;
    if (!keep) return;
    reply.columns = texts(corpus, corpus.document(question));
    reply.rows = texts(corpus, corpus.query(question));
    reply.attention = found.alpha;
    reply.query_weights = found.beta;
    reply.word_weights = found.s;
  }

  std::vector<std::string> texts(const ReadingCorpus& corpus,
                                 std::span<const int32_t> words) const {
    std::vector<std::string> texts;
    for (const int32_t word : words)
      texts.push_back(word == ReadingCorpus::kBlank ? model_.form.blank : corpus.text(word));
    return texts;
  }

  ReaderModel model_;
};

class StoryAnswering : public TextReader::Model {
 public:
  explicit StoryAnswering(const ModelFolder& folder) : model_(load<StoryModel>(folder)) {}

  const std::string& blank() const override { return no_blank_; }
  bool reads_stories() const override { return true; }
  bool has_attention() const override {
    return model_.network->options().encoder.has_self_attention();
  }

 private:
  void answer_sound(std::span<const ReadingQuestion> questions, const ReadingCallOptions& options,
                    std::vector<ReadingReply>& replies) const override {
    StoryForm form = model_.form;
    form.has_answers = false;
    StoryReader reader(form);
    std::vector<size_t> places;
    for (size_t i = 0; i < questions.size(); ++i)
      if (replies[i].fault.empty() && read(questions[i], reader, replies[i].fault))
        places.push_back(i);
    StoryCorpus& corpus = reader.corpus();
    corpus.number(model_.vocabulary, model_.answers);
    const std::vector<StoryAnswer> answers = with_threads(options.threads, [&] {
      return alinea::answer(*model_.network, corpus, {options.batch_size, options.keep_attention});
    });
    for (size_t q = 0; q < answers.size(); ++q)
      finish(corpus, static_cast<int64_t>(q), answers[q], replies[places[q]]);
  }

  // A story of its own for each question.
  static bool read(const ReadingQuestion& question, StoryReader& reader, std::string& fault) {
    if (!question.candidates.empty()) {
      fault = "expected no candidates, which stories do not have";
      return false;
    }
    if (std::ranges::any_of(question.document, is_question)) {
      fault = "expected sentences that tell something, got one that ends with '?'";
      return false;
    }
    try {
      int64_t number = 0;
      for (const std::string& sentence : question.document)
        reader.add(fmt::format("{} {}", ++number, sentence));
      reader.add(fmt::format("{} {}\t", ++number, question.query));
      return true;
    } catch (const Error& error) {
      fault = error.what();
      return false;
    }
  }

  void finish(const StoryCorpus& corpus, int64_t question, const StoryAnswer& found,
              ReadingReply& reply) const {
    if (!found.is_number) {
      reply.fault = kOverflow;
      return;
    }
    for (size_t a = 0; a < found.log_probabilities.size(); ++a)
      reply.choices.push_back(
          {model_.answers.name(static_cast<int32_t>(a)), std::exp(found.log_probabilities[a])});
    std::ranges::stable_sort(reply.choices, std::ranges::greater(),
                             &ReadingReply::Choice::probability);
    reply.answer = model_.answers.name(found.best);
    if (found.attention.empty()) return;
    for (int64_t i = 0; i < corpus.facts(question); ++i)
      reply.columns.push_back(corpus.text(question, i));
    reply.columns.push_back(corpus.text(question));
    reply.rows = {corpus.text(question)};
    reply.attention = found.attention.mean_row(0, std::ssize(reply.columns));
  }

  StoryModel model_;
  std::string no_blank_;
};

std::unique_ptr<TextReader::Model> make_reading(const std::filesystem::path& path) {
  const ModelFolder folder(path);
  if (kind_of(folder).format == StoryModel::kFormat)
    return std::make_unique<StoryAnswering>(folder);
  return std::make_unique<DocumentReading>(folder);
}

}  // namespace

TextReader::TextReader(const std::filesystem::path& model_folder)
    : model_(make_reading(model_folder)) {}

TextReader::TextReader(TextReader&&) noexcept = default;
TextReader& TextReader::operator=(TextReader&&) noexcept = default;
TextReader::~TextReader() = default;

std::vector<ReadingReply> TextReader::answer(std::span<const ReadingQuestion> questions,
                                             const ReadingCallOptions& options) const {
  return model_->answer(questions, options);
}

bool TextReader::reads_stories() const { return model_->reads_stories(); }
const std::string& TextReader::blank() const { return model_->blank(); }
bool TextReader::has_attention() const { return model_->has_attention(); }

}  // namespace alinea
