// A model for tests of the search: the next token depends on the sentence and the whole prefix, by a
// table made up from a seed. It checks what the search promises at every step.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "search/state.h"

namespace alinea::testing {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Prefix = std::vector<int32_t>;  // without <s>

struct ToyOptions {
  int64_t vocabulary_size = 5;
  std::vector<int64_t> source_lengths{3};
  std::vector<uint64_t> seeds{1};  // one a sentence: what a sentence is does not depend on its place
  double end_bias = 0.0;           // added to the logit of </s>
  bool with_ties = false;          // log-probabilities out of {-1, -2, -3} and sometimes -inf
  bool with_attention = true;
  int64_t samples = 1;  // hypotheses that a sentence starts with
};

class ToyState : public State {
 public:
  explicit ToyState(ToyOptions options);

  int64_t sentences() const override;
  int64_t vocabulary_size() const override { return options_.vocabulary_size; }
  int64_t source_length(int64_t sentence) const override;
  StepOutput advance(std::span<const Row> rows) override;

  // The model itself, for oracles.
  std::vector<float> log_probabilities(int64_t sentence, const Prefix& prefix) const;
  float attention(int64_t sentence, const Prefix& prefix, int64_t position) const;
  // The centre and the end of the window are one number, so that tests can tell rows apart.
  float centre(int64_t sentence, const Prefix& prefix) const;
  ops::Window window(int64_t sentence, const Prefix& prefix) const;

  // Overrides the made-up table where set.
  std::function<std::vector<float>(int64_t sentence, const Prefix& prefix)> table;

  // For each step so far, the width of the grid and the sentences present.
  struct Seen {
    int64_t width;
    std::vector<int64_t> sentences;
  };
  const std::vector<Seen>& seen() const { return seen_; }

 private:
  uint64_t mixed(int64_t sentence, const Prefix& prefix, int64_t position) const;
  void check_grid(std::span<const Row> rows);
  void check_row(const Row& row) const;
  void answer(std::span<const Row> rows);

  ToyOptions options_;
  std::vector<Row> previous_;
  std::vector<Prefix> prefixes_;  // of the previous step's rows
  std::vector<Seen> seen_;
  std::vector<float> log_probabilities_;
  std::vector<float> attention_;
  std::vector<float> centres_;
  std::vector<ops::Window> windows_;
};

}  // namespace alinea::testing
