#include "tasks/reading_task.h"

#include <algorithm>

#include "encoders/encoder_cost.h"
#include "ops/sum.h"
#include "tasks/question_scores.h"

namespace alinea {

namespace {

int64_t document_words(const ReadingCorpus& corpus, int64_t q) {
  return std::ssize(corpus.document(q));
}

int64_t all_words(const ReadingCorpus& corpus, int64_t q) {
  return document_words(corpus, q) + std::ssize(corpus.query(q));
}

}  // namespace

TaskTerms ReadingTask::task_terms() {
  return question_terms(/*least_share=*/2,
                        "leave questions on long documents out of the training text");
}

ReadingTask::ReadingTask(Reader& model, const ReadingData& data, const BatchOptions& batch)
    : model_(model), data_(data), batch_(batch), terms_(task_terms()) {}

// Words, to which the matches of documents with queries add what they keep.
int64_t ReadingTask::cost(std::span<const int64_t> examples) const {
  constexpr int64_t kMatches = 8;  // M, α and β with their gradients
  int64_t longest_document = 0, longest_query = 0, words = 0;
  for (const int64_t q : examples) {
    longest_document = std::max(longest_document, document_words(data_.training, q));
    longest_query = std::max(longest_query, std::ssize(data_.training.query(q)));
    words += all_words(data_.training, q);
  }
  const auto bytes = static_cast<int64_t>(bytes_of_cost());
  return words + kMatches * static_cast<int64_t>(sizeof(float)) * longest_document * longest_query *
                     std::ssize(examples) / bytes;
}

double ReadingTask::bytes_of_cost() const {
  return static_cast<double>(sizeof(float)) *
         static_cast<double>(floats_of_word(model_.options().encoder));
}

EpochBatches ReadingTask::batches(uint64_t seed, int64_t epoch) {
  const auto extent = [this](int64_t q) {
    return Extent{.first = document_words(data_.training, q),
                  .second = std::ssize(data_.training.query(q)),
                  .units = all_words(data_.training, q)};
  };
  return EpochBatches({size(), extent}, batch_, seed, epoch);
}

BatchLoss ReadingTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  const ReaderStates states = model_(tape, data_.training, examples);
  const Variable loss = model_.likelihood(tape, states, data_.training, examples).loss;
  return {ops::add_present(tape, loss, states.penalty), static_cast<double>(loss.value()[0]),
          std::ssize(examples)};
}

Validation ReadingTask::validate(Group& group) const {
  const ReadingCorpus& corpus = data_.validation;
  const std::vector<int64_t> mine = share(group, corpus.size());
  const std::vector<ReadingAnswer> answers = answer(model_, corpus, mine);
  QuestionScores scores;
  for (size_t i = 0; i < mine.size(); ++i) {
    const int32_t gold = corpus.answer(mine[i]);
    const std::vector<ReadingAnswer::Choice>& choices = answers[i].choices;
    scores.add(!choices.empty() && choices.front().spelling == gold);
    if (!corpus.places(mine[i], gold).empty()) scores.add_likelihood(answers[i].log_probability);
  }
  return scores.validation(group, corpus.size());
}

}  // namespace alinea
