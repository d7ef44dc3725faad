// What tells a Transformer where a word stands (Vaswani et al. 2017, section 3.5):
//
//   x_t = √d E y_t + P_t,  P_{t,2i} = sin(t / 10000^{2i/d}),  P_{t,2i+1} = cos(t / 10000^{2i/d})
//
// with t from 0, or a learned P, or none. Relative positions (Shaw et al. 2018) are a matter of
// self-attention. A Universal Transformer (Dehghani et al. 2019, equations 6 and 7) adds P_t and
// the same of the number of the step, before every step.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "layers/embedding.h"

namespace alinea {

enum class PositionKind { kSinusoidal, kLearned, kRelative, kNone };
std::vector<std::string> position_names();
// Throws UsageError for a name that is not one of them.
PositionKind position_kind(std::string_view name);

class Positions {
 public:
  // Parameter of learned ones: `name`.weight [most, size], uniform in [-limit, limit] at first.
  Positions(ParameterStore& store, const std::string& name, PositionKind kind, int64_t most,
            int64_t size, float limit);

  // The most positions that are known; nothing where there is no limit.
  std::optional<int64_t> most() const;

  // x [R, size] plus P of the position, from 0, of every row. The last learned one stands for all
  // beyond.
  Variable operator()(Tape& tape, const Variable& x, std::span<const int64_t> positions) const;
  // x [R, size] plus P_step of sinusoids: the step of a Universal Transformer, from 0.
  Variable add_step(Tape& tape, const Variable& x, int64_t step) const;

 private:
  Variable add_sinusoids(Tape& tape, const Variable& x, std::span<const int64_t> positions) const;

  PositionKind kind_;
  int64_t size_;
  std::optional<Embedding> learned_;
  std::vector<float> table_;  // the first rows of P
};

// 0 ... length - 1 of each sentence, one behind the other.
std::vector<int64_t> positions_within(std::span<const int64_t> lengths);

}  // namespace alinea
