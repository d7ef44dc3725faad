#include "models/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "models/length_batches.h"
#include "support/counted.h"
#include "support/unanswered.h"

namespace alinea {

namespace {

// P(w) of the candidates, or of the different words of the document in the order in which they
// come.
std::vector<ReadingAnswer::Choice> choices_of(const ReadingCorpus& corpus, int64_t question,
                                              std::span<const float> s) {
  const std::span<const int32_t> words = corpus.document(question),
                                 candidates = corpus.candidates(question);
  std::vector<int32_t> asked(candidates.begin(), candidates.end());
  if (asked.empty())
    for (const int32_t word : words)
      if (std::ranges::find(asked, word) == asked.end()) asked.push_back(word);
  std::vector<ReadingAnswer::Choice> choices;
  for (const int32_t spelling : asked) {
    double sum = 0;
    for (size_t i = 0; i < words.size(); ++i)
      if (words[i] == spelling) sum += static_cast<double>(s[i]);
    choices.push_back({spelling, sum});
  }
  std::ranges::stable_sort(choices, std::ranges::greater(), &ReadingAnswer::Choice::probability);
  return choices;
}

std::string fault_of(const Reader& model, const ReadingCorpus& corpus, int64_t question) {
  const int64_t words = std::ssize(corpus.document(question)),
                query = std::ssize(corpus.query(question));
  if (words == 0) return "the document has no words";
  const std::optional<int64_t> most = model.most_words();
  if (!most || std::max(words, query) <= *most) return {};
  return fmt::format(
      "expected a document and a query of at most {}, for which the model has "
      "positions, got {} and {}",
      counted(*most, "word"), words, query);
}

void keep(const ReaderStates& states, int64_t n, int64_t words, int64_t query,
          ReadingAnswer& answer) {
  const int64_t width = states.s.columns(), steps = states.alpha.shape()[1];
  if (states.beta) {
    const float* beta = states.beta.value() + n * steps;
    answer.beta.assign(beta, beta + query);
  }
  for (int64_t j = 0; j < query; ++j) {
    const float* row = states.alpha.value() + (n * steps + j) * width;
    answer.alpha.insert(answer.alpha.end(), row, row + words);
  }
}

}  // namespace

std::vector<ReadingAnswer> answer(const Reader& model, const ReadingCorpus& corpus,
                                  std::span<const int64_t> questions,
                                  const ReadingAnswerOptions& options) {
  std::vector<ReadingAnswer> answers(questions.size());
  std::vector<int64_t> places, lengths;  // of the questions that can be read
  for (int64_t i = 0; i < std::ssize(questions); ++i) {
    answers[i].fault = fault_of(model, corpus, questions[i]);
    if (!answers[i].fault.empty()) continue;
    places.push_back(i);
    lengths.push_back(std::ssize(corpus.document(questions[i])) +
                      std::ssize(corpus.query(questions[i])));
  }
  Arena arena;
  for (const std::vector<int64_t>& batch : batches_by_length(lengths, options.batch_size)) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kInference);
    std::vector<int64_t> numbers;
    numbers.reserve(batch.size());
    for (const int64_t i : batch) numbers.push_back(questions[places[i]]);
    const ReaderStates states = model(tape, corpus, numbers);
    for (int64_t n = 0; n < std::ssize(batch); ++n) {
      ReadingAnswer& result = answers[places[batch[n]]];
      const int64_t q = numbers[n], words = std::ssize(corpus.document(q));
      const std::span<const float> s(states.s.value() + n * states.s.columns(),
                                     static_cast<size_t>(words));
      if (!std::ranges::all_of(s, [](float p) { return std::isfinite(p); })) {
        result.fault = kOverflow;
        result.log_probability = std::numeric_limits<double>::quiet_NaN();
        continue;
      }
      result.choices = choices_of(corpus, q, s);
      double sum = 0;
      for (const int64_t place : corpus.places(q, corpus.answer(q)))
        sum += static_cast<double>(s[place]);
      result.log_probability = std::log(std::max(sum, 1e-30));
      if (!options.keep_weights) continue;
      result.s.assign(s.begin(), s.end());
      keep(states, n, words, std::ssize(corpus.query(q)), result);
    }
  }
  return answers;
}

std::vector<ReadingAnswer> answer(const Reader& model, const ReadingCorpus& corpus,
                                  const ReadingAnswerOptions& options) {
  std::vector<int64_t> all(static_cast<size_t>(corpus.size()));
  std::iota(all.begin(), all.end(), 0);
  return answer(model, corpus, all, options);
}

}  // namespace alinea
