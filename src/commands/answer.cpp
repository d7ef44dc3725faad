#include "commands/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/answer_reranking.h"
#include "commands/answer_stories.h"
#include "models/reader_model.h"
#include "models/reading.h"
#include "models/story_model.h"
#include "options/limits.h"
#include "options/options.h"
#include "options/threads.h"
#include "reports/alignment_writer.h"
#include "reports/make_alignment.h"
#include "reports/reading.h"
#include "storage/input.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "text/inputs_together.h"

namespace alinea {

namespace {

struct AnswerOptions {
  std::filesystem::path model, input = kStandardStream, book;
  std::filesystem::path attention, query_weights, document_weights, highlight;
  bool labelled = false;
  int64_t choices = 10;
  ReadingAnswerOptions reading;
  RerankingOptions reranking;
  int64_t threads = 0;
};

void add_options(Options& table, AnswerOptions& o) {
  table.required("model", o.model, "model folder")
      .add("input", o.input,
           "questions, plain or .gz: 'document TAB query TAB candidates', where candidates may be "
           "left out; with --book 'line TAB token TAB candidates'; of a model of stories numbered "
           "sentences and questions; - is standard input")
      .add("book", o.book, "text, a sentence a line, whose lines the questions name, from 0")
      .add("labelled", o.labelled,
           "questions have their answer before the candidates, as those of train-reader: report "
           "accuracy on standard error")
      .add("choices", o.choices, "how many words to print with their probabilities")
      .range<int64_t>(1, kNoLimit)
      .add("batch-size", o.reading.batch_size, "questions per batch")
      .range<int64_t>(1, kMostSentences)
      .add("rerank-model", o.reranking.models,
           "folder of a causal language model by which the best --choices are ordered once more, "
           "each in the blank of the query; may be given several times")
      .add(
          "rerank-weights", o.reranking.weights,
          "weights of the reader and of each --rerank-model, as in 1,0.3; the default is 1 for all")
      .needs("rerank-model")
      .add("attention", o.attention,
           "CSV file for α, the weights of the document's words for each word of the query, or of "
           "a story's sentences for the question")
      .output()
      .add("query-weights", o.query_weights,
           "CSV file for β, the weights of the query's words, of --reader attention-over-attention")
      .output()
      .add("document-weights", o.document_weights,
           "CSV file for s, the weights of the document's words from which the answer is made")
      .output()
      .add(
          "highlight", o.highlight,
          "HTML page with the documents shaded by s, and by α of a word, or with stories shaded by "
          "α")
      .output()
      .add("threads", o.threads, "threads; 0: one per core")
      .range<int64_t>(0, kMostThreads);
}

ReadingForm form_of(const ReaderModel& model, const AnswerOptions& options) {
  ReadingForm form = model.form;
  form.has_answers = options.labelled;
  return form;
}

class QuestionAnswerer {
 public:
  explicit QuestionAnswerer(const AnswerOptions& options)
      : options_(options),
        model_(load<ReaderModel>(ModelFolder(options.model))),
        reader_(form_of(model_, options),
                options.book.empty() ? std::nullopt : std::optional(options.book)) {
    if (!options.query_weights.empty() && !model_.network->options().has_query_weights())
      throw Error("the model in {} has no weights of query words: it was trained with --reader {}",
                  options.model.string(), model_.network->options().reader);
    if (!options.reranking.models.empty()) {
      options_.reranking.candidates = options.choices;
      options_.reranking.batch_size = options.reading.batch_size;
      reranking_.emplace(options_.reranking);
    }
    if (!options.attention.empty()) alpha_ = make_tidy_writer(options.attention, "question");
    if (!options.query_weights.empty()) beta_.emplace(options.query_weights);
    if (!options.document_weights.empty()) s_.emplace(options.document_weights);
    if (!options.highlight.empty()) page_.emplace(options.highlight);
    options_.reading.keep_weights = alpha_ || beta_ || s_ || page_;
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input,
        [&](const std::string& text, std::string fault) { read(text, std::move(fault), input); },
        [&] { return std::ssize(faults_) >= together; }, [&] { answer_read(); });
    if (options_.labelled && answered_ > 0)
      std::cerr << fmt::format("{}  accuracy {:.4f}\n", counted(answered_, "question"),
                               static_cast<double>(right_) / static_cast<double>(answered_));
    if (alpha_) alpha_->finish();
    if (beta_) beta_->finish();
    if (s_) s_->finish();
    if (page_) page_->finish();
    unanswered_.finish();
  }

 private:
  // A line with a fault is none of the corpus.
  void read(const std::string& text, std::string fault, const LineReader& input) {
    try {
      if (fault.empty()) reader_.add(text, input.line_number());
    } catch (const Error& error) {
      fault = error.what();
      if (!options_.labelled && std::ranges::count(text, '\t') == 3)
        fault += "; questions with answers are --labelled";
    }
    faults_.push_back(std::move(fault));
  }

  void answer_read() {
    ReadingCorpus& corpus = reader_.corpus();
    corpus.number(model_.vocabulary);
    std::vector<ReadingAnswer> answers = answer(*model_.network, corpus, options_.reading);
    if (reranking_) reranking_->rerank(corpus, answers);
    int64_t q = 0;
    for (std::string& fault : std::exchange(faults_, {})) {
      ++line_;
      const int64_t question = fault.empty() ? q++ : 0;
      if (fault.empty()) fault = answers[static_cast<size_t>(question)].fault;
      if (!fault.empty()) {
        refuse(fault);
        continue;
      }
      print(answers[static_cast<size_t>(question)], question);
      if (options_.reading.keep_weights) show(answers[static_cast<size_t>(question)], question);
    }
    flush_standard_output();
    reader_.clear();
  }

  // Its place stays empty everywhere.
  void refuse(const std::string& fault) {
    unanswered_.add(line_, fault);
    std::cout << '\n';
    if (page_) page_->write(line_ - 1, {});
  }

  void print(const ReadingAnswer& found, int64_t question) {
    const ReadingCorpus& corpus = reader_.corpus();
    std::string line = corpus.text(found.choices.front().spelling);
    const auto count = std::min(found.choices.size(), static_cast<size_t>(options_.choices));
    for (size_t i = 0; i < count; ++i)
      line += fmt::format("\t{}={:.4f}", corpus.text(found.choices[i].spelling),
                          found.choices[i].probability);
    std::cout << line << '\n';
    if (!options_.labelled) return;
    ++answered_;
    if (found.choices.front().spelling == corpus.answer(question)) ++right_;
  }

  std::vector<std::string> texts_of(std::span<const int32_t> words) const {
    std::vector<std::string> texts;
    for (const int32_t word : words)
      texts.push_back(word == ReadingCorpus::kBlank ? model_.form.blank : corpus_text(word));
    return texts;
  }
  const std::string& corpus_text(int32_t spelling) const { return reader_.corpus().text(spelling); }

  void show(const ReadingAnswer& found, int64_t question) {
    const ReadingCorpus& corpus = reader_.corpus();
    const ReadingAnswer::Choice& best = found.choices.front();
    const ReadingAttention reading{texts_of(corpus.document(question)),
                                   texts_of(corpus.query(question)),
                                   corpus.text(best.spelling),
                                   options_.labelled ? corpus.text(corpus.answer(question)) : "",
                                   best.probability,
                                   found.s,
                                   found.beta,
                                   found.alpha};
    if (beta_) beta_->write(line_ - 1, reading.query, reading.beta);
    if (s_) s_->write(line_ - 1, reading.document, reading.s);
    if (page_) page_->write(line_ - 1, reading);
    if (!alpha_) return;
    KeptAttention kept;
    kept.alpha = found.alpha;
    alpha_->write(make_alignment(line_ - 1, reading.document, reading.query, kept));
  }

  AnswerOptions options_;
  ReaderModel model_;
  ReadingReader reader_;  // what is read and not yet answered
  std::optional<AnswerReranking> reranking_;
  Unanswered unanswered_{"answer"};
  std::vector<std::string> faults_;  // of each line read and not yet answered, or empty
  std::unique_ptr<AlignmentWriter> alpha_;
  std::optional<WordWeightCsvFile> beta_, s_;
  std::optional<ReadingPageFile> page_;
  int64_t line_ = 0;  // answered
  int64_t answered_ = 0, right_ = 0;
};

}  // namespace

void answer_command(std::span<const std::string> arguments) {
  AnswerOptions options;
  Options table("answer", "Answers questions about documents or stories");
  add_options(table, options);
  if (!table.parse(arguments)) return;
  use_threads(options.threads);
  if (kind_of(ModelFolder(options.model)).format == StoryModel::kFormat) {
    for (const char* name : {"book", "query-weights", "document-weights", "rerank-model"})
      if (table.given(name))
        throw UsageError("--{} applies to readers of documents, but the model in {} reads stories",
                         name, options.model.string());
    return answer_stories({options.model, options.input, options.attention, options.highlight,
                           options.labelled, options.choices, options.reading.batch_size});
  }
  LineReader input(options.input);
  QuestionAnswerer(options).run(input, inputs_together(options.input, options.reading.batch_size));
}

}  // namespace alinea
