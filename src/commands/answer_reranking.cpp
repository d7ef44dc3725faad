#include "commands/answer_reranking.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "options/option_value.h"
#include "support/error.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

std::vector<double> reranking_weights(const RerankingOptions& options) {
  const size_t count = options.models.size() + 1;
  if (options.weights.empty()) return std::vector<double>(count, 1);
  const auto weights = read_numbers(options.weights);
  if (!weights || !std::ranges::all_of(*weights, [](double w) { return std::isfinite(w); }) ||
      weights->size() != count)
    throw UsageError(
        "--rerank-weights: expected a number for the reader and one for each of {} language "
        "models, as in 1,0.3, got {:?}",
        options.models.size(), options.weights);
  return *weights;
}

std::string filled(const ReadingCorpus& corpus, int64_t question, int32_t candidate) {
  std::string text;
  for (const int32_t word : corpus.query(question)) {
    if (!text.empty()) text += ' ';
    text += corpus.text(word == ReadingCorpus::kBlank ? candidate : word);
  }
  return text;
}

// P of the first choices becomes the softmax of their scores, times the share that they had.
void order(std::span<ReadingAnswer::Choice> choices, std::span<const double> scores) {
  const double highest = *std::ranges::max_element(scores);
  double share = 0, sum = 0;
  for (size_t i = 0; i < choices.size(); ++i) {
    share += choices[i].probability;
    sum += std::exp(scores[i] - highest);
  }
  for (size_t i = 0; i < choices.size(); ++i)
    choices[i].probability = share * std::exp(scores[i] - highest) / sum;
  std::ranges::stable_sort(choices, std::ranges::greater(), &ReadingAnswer::Choice::probability);
}

}  // namespace

AnswerReranking::AnswerReranking(const RerankingOptions& options)
    : options_(options), weights_(reranking_weights(options)) {
  for (const std::filesystem::path& folder : options.models) {
    judges_.push_back(load_judge(folder));
    if (judges_.back()->reads_source())
      throw Error("expected a language model in {}, got a translation model", folder.string());
  }
}

void AnswerReranking::rerank(const ReadingCorpus& corpus, std::span<ReadingAnswer> answers) const {
  std::vector<std::string> texts;
  std::vector<double> scores;
  const auto ordered = [&](const ReadingAnswer& answer) {
    return std::min(answer.choices.size(), static_cast<size_t>(options_.candidates));
  };
  for (int64_t q = 0; q < corpus.size(); ++q)
    for (size_t i = 0; i < ordered(answers[q]); ++i) {
      const ReadingAnswer::Choice& choice = answers[q].choices[i];
      texts.push_back(filled(corpus, q, choice.spelling));
      constexpr double kLeast = 1e-30;
      scores.push_back(weights_[0] * std::log(std::max(choice.probability, kLeast)));
    }
  std::vector<std::string> faults(texts.size());
  for (size_t m = 0; m < judges_.size(); ++m) {
    const auto judgements = judges_[m]->judge({}, texts, options_.batch_size);
    for (size_t i = 0; i < texts.size(); ++i) {
      scores[i] += weights_[m + 1] * judgements[i].log_probability;
      if (faults[i].empty()) faults[i] = judgements[i].fault;
    }
  }
  for (size_t i = 0; i < texts.size(); ++i)
    if (faults[i].empty() && !std::isfinite(scores[i])) faults[i] = kOverflow;
  size_t begin = 0;
  for (ReadingAnswer& answer : answers) {
    const size_t count = ordered(answer);
    const auto of_answer = std::span(faults).subspan(begin, count);
    const auto fault = std::ranges::find_if(of_answer, [](const auto& f) { return !f.empty(); });
    if (fault != of_answer.end()) {
      answer.fault = *fault;
    } else if (count > 0) {
      order(std::span(answer.choices).first(count), std::span(scores).subspan(begin, count));
    }
    begin += count;
  }
}

}  // namespace alinea
