#include "tasks/story_task.h"

#include "encoders/encoder_cost.h"
#include "ops/cross_entropy.h"
#include "ops/sum.h"
#include "tasks/question_scores.h"

namespace alinea {

TaskTerms StoryTask::task_terms() { return question_terms(/*least_share=*/8, "give --max-facts"); }

StoryTask::StoryTask(StoryNetwork& model, const StoryData& data, const Options& options)
    : model_(model), data_(data), options_(options), terms_(task_terms()) {}

// In floats. The encoder reads sentences as it does words elsewhere; of words, the tape keeps
// vectors and their gradients.
int64_t StoryTask::cost(std::span<const int64_t> examples) const {
  const EncoderFields& encoder = model_.options().encoder;
  const int64_t of_sentence = floats_of_word(encoder), of_word = 2 * encoder.embedding_size;
  int64_t cost = 0;
  for (const int64_t q : examples)
    cost += of_sentence * sentences(q) + of_word * data_.training.words_read(q);
  return cost;
}

EpochBatches StoryTask::batches(uint64_t seed, int64_t epoch) {
  const auto extent = [this](int64_t q) {
    const int64_t words = data_.training.words_read(q);
    return Extent{.first = sentences(q), .second = words, .units = words};
  };
  return EpochBatches({size(), extent}, options_.batch, seed, epoch);
}

BatchLoss StoryTask::loss(Tape& tape, std::span<const int64_t> examples) const {
  std::vector<int32_t> answers;
  for (const int64_t q : examples) answers.push_back(data_.training.answer(q));
  const StoryStates states = model_(tape, data_.training, examples);
  const Variable loss =
      ops::cross_entropy(tape, states.logits, answers, static_cast<float>(options_.label_smoothing))
          .loss;
  return {ops::add_present(tape, loss, states.penalty), static_cast<double>(loss.value()[0]),
          std::ssize(examples)};
}

Validation StoryTask::validate(Group& group) const {
  const StoryCorpus& corpus = data_.validation;
  const std::vector<int64_t> mine = share(group, corpus.size());
  const std::vector<StoryAnswer> answers = answer(model_, corpus, mine);
  QuestionScores scores;
  for (size_t i = 0; i < mine.size(); ++i) {
    const int32_t gold = corpus.answer(mine[i]);
    if (gold == kNoLabel) continue;
    scores.add(answers[i].best == gold);
    scores.add_likelihood(answers[i].log_probabilities[static_cast<size_t>(gold)]);
  }
  return scores.validation(group, corpus.size());
}

}  // namespace alinea
