// What every step of a search fed in and got out, to be read backwards once the search is over. A
// hypothesis is known by its last row alone; nothing is copied while the search goes on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/state.h"

namespace alinea {

class History {
 public:
  // A way from a row back to the start of its sentence: the tokens fed in (without <s>), and what
  // each step attended to, in the order of the steps.
  struct Path {
    std::vector<int32_t> tokens;           // [steps - 1]
    std::vector<float> log_probabilities;  // [steps - 1], of the tokens, by the model
    KeptAttention attention;               // of the steps
  };

  // What was fed in: rows, and the log-probability that the model gave to the token of each.
  struct Fed {
    std::span<const Row> rows;
    std::span<const float> log_probabilities;
  };
  void record(const Fed& fed, const StepOutput& output);

  int64_t steps() const { return std::ssize(steps_); }  // recorded

  // The hypothesis in a row of the step recorded last, without <s>.
  std::vector<int32_t> tokens(size_t row) const;

  // The path that ends in `row` of step `step` (from 0), its attention cut to source_length.
  Path trace(int64_t step, int64_t row, int64_t source_length) const;

 private:
  struct Step {
    std::vector<Row> rows;
    std::vector<float> log_probabilities;
    StoredAttention attention;
  };
  std::vector<Step> steps_;
};

}  // namespace alinea
