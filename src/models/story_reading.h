// Any number of questions about stories through a network, in batches of similar length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/story_network.h"

namespace alinea {

struct StoryAnswer {
  std::vector<double> log_probabilities;  // of each answer
  int32_t best = 0;                       // the most probable one, the first of equals
  bool is_number = true;                  // false: the model's numbers overflow
  // Where asked for, of an encoder whose positions look at each other: what the question looked at,
  // [1, heads, S], the facts and then itself; and, where positions halt by themselves, the steps
  // that each of them took, [S].
  KeptAttention attention = {};
  std::vector<float> steps = {};
};

struct StoryAnswerOptions {
  int64_t batch_size = 32;  // questions; those about many facts make smaller batches
  bool keep_attention = false;
};

// In the order of the questions, which are numbers in the corpus.
std::vector<StoryAnswer> answer(const StoryNetwork& model, const StoryCorpus& corpus,
                                std::span<const int64_t> questions,
                                const StoryAnswerOptions& options = {});
// All of the corpus.
std::vector<StoryAnswer> answer(const StoryNetwork& model, const StoryCorpus& corpus,
                                const StoryAnswerOptions& options = {});

}  // namespace alinea
