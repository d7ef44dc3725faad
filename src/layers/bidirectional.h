// A recurrent layer over packed sentences, left to right and, where wanted, right to left as well.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "layers/packing.h"
#include "layers/recurrent.h"

namespace alinea {

enum class Directions { kForward, kBoth };

class Bidirectional {
 public:
  // The options are those of one direction. Parameters: `name`.forward and, for both directions,
  // `name`.backward, as in Recurrent.
  Bidirectional(ParameterStore& store, const std::string& name, const Recurrent::Options& options,
                Directions directions);

  // x [packing.rows(), inputs] -> h_t = [h⃗_t ; h⃖_t] and the last states [h⃗_S ; h⃖_1] (and c).
  // reversed: packing.reversed(). With `weights` it is told those of intra-attention, [N, D, S, S]
  // of D directions, each with its own past. Both directions start from 0, or from their parts of
  // `initial`, which is as last states are; then weights are not told.
  RecurrentResult operator()(Tape& tape, const Variable& x, const Packing& packing,
                             std::span<const int64_t> reversed, Variable* weights = nullptr,
                             const RecurrentState& initial = {}) const;

 private:
  std::vector<Recurrent> directions_;
};

}  // namespace alinea
