// Scheduled sampling (Bengio, Vinyals, Jaitly & Shazeer 2015): in training the decoder sometimes
// reads a word of its own in the place of the one that stands in the target, as it will have to
// when it translates.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "support/random.h"
#include "tensor/arena.h"
#include "tensor/tensor.h"

namespace alinea {

class ScheduledSampling {
 public:
  // log p of every word for each of these rows, [rows, V], in the arena.
  using LogProbabilities = std::function<Tensor(Arena&, std::span<const int64_t> rows)>;

  // Each word is kept with probability `teacher_forcing`.
  ScheduledSampling(float teacher_forcing, Random& random)
      : teacher_forcing_(teacher_forcing), random_(random) {}

  // Replaces words that are not kept by draws from p of their row.
  void replace(std::span<int32_t> words, const LogProbabilities& log_probabilities);

 private:
  float teacher_forcing_;
  Random& random_;
  Arena arena_;  // of one step
};

}  // namespace alinea
