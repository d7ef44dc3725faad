#include "commands/answer_stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/story_model.h"
#include "models/story_reading.h"
#include "reports/reading.h"
#include "reports/story_attention.h"
#include "support/counted.h"
#include "support/error.h"
#include "support/standard_output.h"
#include "support/unanswered.h"
#include "text/inputs_together.h"

namespace alinea {

namespace {

StoryForm form_of(const StoryModel& model, bool has_answers) {
  StoryForm form = model.form;
  form.has_answers = has_answers;
  return form;
}

class StoryAnswerer {
 public:
  explicit StoryAnswerer(const AnswerStoriesOptions& options)
      : options_(options),
        model_(load<StoryModel>(ModelFolder(options.model))),
        reader_(form_of(model_, options.labelled)) {
    const bool is_shown = !options.attention.empty() || !options.highlight.empty();
    if (is_shown && !model_.network->options().encoder.has_self_attention())
      throw Error(
          "the sentences of the model in {} do not look at each other: it has the encoder {} "
          "without --intra-attention",
          options.model.string(), model_.network->options().encoder.encoder);
    if (!options.attention.empty()) table_.emplace(options.attention);
    if (!options.highlight.empty()) page_.emplace(options.highlight, ReadingPageFile::Of::kStories);
  }

  void run(LineReader& input, int64_t together) {
    answer_lines(
        input,
        [&](const std::string& text, std::string fault) { read(text, std::move(fault), input); },
        [&] { return std::ssize(lines_) >= together; }, [&] { answer_read(); });
    if (options_.labelled && answered_ > 0)
      std::cerr << fmt::format("{}  accuracy {:.4f}\n", counted(answered_, "question"),
                               static_cast<double>(right_) / static_cast<double>(answered_));
    if (table_) table_->finish();
    if (page_) page_->finish();
    unanswered_.finish();
  }

 private:
  // A question, or a line of another kind with a fault.
  struct Line {
    int64_t number;  // of the input
    bool is_question;
    std::string fault;
  };

  // A line with a fault is none of the corpus. What a question was is told by its text.
  void read(const std::string& text, std::string fault, const LineReader& input) {
    const bool is_asked = alinea::is_question(text);
    try {
      if (!fault.empty())
        reader_.pass_over(text);
      else if (!reader_.add(text, input.line_number()))
        return;
    } catch (const Error& error) {
      fault = error.what();
    }
    lines_.push_back({input.line_number(), is_asked, std::move(fault)});
  }

  void answer_read() {
    StoryCorpus& corpus = reader_.corpus();
    corpus.number(model_.vocabulary, model_.answers);
    const bool keep = table_ || page_;
    const std::vector<StoryAnswer> answers =
        answer(*model_.network, corpus, {options_.batch_size, keep});
    int64_t next = 0;
    for (Line& line : std::exchange(lines_, {})) {
      const int64_t q = line.fault.empty() ? next++ : 0;
      if (line.fault.empty() && !answers[static_cast<size_t>(q)].is_number) line.fault = kOverflow;
      if (!line.fault.empty()) {
        refuse(line);
        continue;
      }
      print(answers[static_cast<size_t>(q)], q);
      if (keep) show(answers[static_cast<size_t>(q)], q);
      ++question_;
    }
    flush_standard_output();
    reader_.clear();
  }

  // The place of a question stays empty everywhere.
  void refuse(const Line& line) {
    unanswered_.add(line.number, line.fault,
                    line.is_question ? Unanswered::Place::kEmptyLine : Unanswered::Place::kNothing);
    if (!line.is_question) return;
    std::cout << '\n';
    if (page_) page_->write(question_, {});
    ++question_;
  }

  const std::string& name(int32_t answer) const { return model_.answers.name(answer); }

  void print(const StoryAnswer& found, int64_t q) {
    std::vector<int32_t> order(found.log_probabilities.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::ranges::greater(), [&](int32_t a) {
      return found.log_probabilities[static_cast<size_t>(a)];
    });
    std::string line = name(found.best);
    const auto count = std::min(order.size(), static_cast<size_t>(options_.choices));
    for (size_t i = 0; i < count; ++i)
      line += fmt::format("\t{}={:.4f}", name(order[i]),
                          std::exp(found.log_probabilities[static_cast<size_t>(order[i])]));
    std::cout << line << '\n';
    if (!options_.labelled) return;
    ++answered_;
    if (found.best == reader_.corpus().answer(q)) ++right_;
  }

  void show(const StoryAnswer& found, int64_t q) {
    const StoryCorpus& corpus = reader_.corpus();
    StoryLook look{{}, found.attention, found.steps};
    for (int64_t i = 0; i < corpus.facts(q); ++i)
      look.sentences.push_back({corpus.story_line(q, i), corpus.text(q, i)});
    look.sentences.push_back({corpus.story_line(q), corpus.text(q)});
    if (table_) table_->write(question_, look);
    if (!page_) return;
    ReadingAttention reading;
    reading.query = {corpus.text(q)};
    reading.answer = name(found.best);
    for (int64_t i = 0; i < corpus.facts(q); ++i) {
      reading.document.push_back(corpus.text(q, i));
      reading.supporting.push_back(
          std::ranges::count(corpus.supporting_lines(q), corpus.story_line(q, i)) > 0);
    }
    if (options_.labelled) reading.gold = corpus.answer_text(q);
    reading.probability = std::exp(found.log_probabilities[static_cast<size_t>(found.best)]);
    const std::vector<float> mean = found.attention.mean_row(0, corpus.facts(q) + 1);
    reading.s.assign(mean.begin(), mean.end() - 1);
    reading.beta = {mean.back()};
    reading.alpha = reading.s;
    page_->write(question_, reading);
  }

  AnswerStoriesOptions options_;
  StoryModel model_;
  StoryReader reader_;  // what is read and not yet answered
  Unanswered unanswered_{"answer"};
  std::vector<Line> lines_;  // questions and lines with faults, not yet answered
  std::optional<StoryAttentionFile> table_;
  std::optional<ReadingPageFile> page_;
  int64_t question_ = 0;  // the next one, from 0
  int64_t answered_ = 0, right_ = 0;
};

}  // namespace

void answer_stories(const AnswerStoriesOptions& options) {
  LineReader input(options.input);
  StoryAnswerer(options).run(input, inputs_together(options.input, options.batch_size));
}

}  // namespace alinea
