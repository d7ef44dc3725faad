#include "ops/recurrent.h"

#include <algorithm>
#include <numeric>

#include "ops/check.h"
#include "ops/recurrent_layer.h"
#include "ops/recurrent_primitive.h"

namespace alinea::ops {

namespace {

void check_shapes(Cell cell, const Variable& x, std::span<const int64_t> active,
                  const RecurrentState& initial, const RecurrentWeights& weights) {
  const int64_t batch = initial.h.rows(), inputs = weights.input.shape()[0];
  check(weights.input.shape()[1] == gates(cell), "recurrent", "the gates", gates(cell),
        weights.input.shape()[1]);
  check(x.columns() == inputs, "recurrent", "the input size", inputs, x.columns());
  check(!active.empty() && active[0] == batch, "recurrent", "the sentences at the first step",
        batch, active.empty() ? 0 : active[0]);
  check(std::is_sorted(active.rbegin(), active.rend()), "recurrent", "the order of the lengths", 1,
        0);
  const int64_t rows = std::accumulate(active.begin(), active.end(), int64_t{0});
  check(x.rows() == rows, "recurrent", "the rows of x", rows, x.rows());
  const int64_t hidden = weights.input.shape()[2];
  check(initial.h.columns() == hidden, "recurrent", "the hidden units of the first state", hidden,
        initial.h.columns());
  const int64_t recurrent = hidden * gates(cell) * hidden, bias = bias_rows(cell) * hidden;
  check(weights.recurrent.elements() == recurrent, "recurrent", "the elements of U", recurrent,
        weights.recurrent.elements());
  check(weights.bias.elements() == bias, "recurrent", "the elements of the bias", bias,
        weights.bias.elements());
}

bool is_in_32_bits(const Variable& weights) {
  return weights.parameter() == nullptr || weights.parameter()->precision() == Precision::kF32;
}

// Single steps are faster as products: the gradients of their weights are computed together. So are
// sequences most of whose rows are in runs of single steps, unless a run has so many
// multiplications that making a primitive for it costs nothing in comparison.
bool suits_primitives(const RecurrentLayer& layer, std::span<const int64_t> active) {
  constexpr int64_t kLargeRun = 40'000'000;
  const auto& [cell, inputs, hidden, rows, x, initial, weights, result] = layer;
  if (!has_primitive(cell, inputs, hidden)) return false;
  if (!is_in_32_bits(weights.input) || !is_in_32_bits(weights.recurrent)) return false;
  const auto [runs, single] = count_runs(active);
  const int64_t work = rows * (inputs + hidden) * layer.width();
  return active.size() > 1 && (2 * single <= rows || work / runs >= kLargeRun);
}

}  // namespace

RecurrentResult recurrent(Tape& tape, Cell cell, const Variable& x, std::span<const int64_t> active,
                          const RecurrentState& initial, const RecurrentWeights& weights) {
  check_shapes(cell, x, active, initial, weights);
  const bool one_step = active.size() == 1;
  const OperationTimer timer(tape, one_step ? "recurrent step" : "recurrent layer");
  const auto result = [&](Shape shape) {
    return tape.result(shape,
                       {x, initial.h, initial.c, weights.input, weights.recurrent, weights.bias});
  };
  const int64_t hidden = weights.input.shape()[2];
  RecurrentLayer layer{.cell = cell,
                       .inputs = weights.input.shape()[0],
                       .hidden = hidden,
                       .rows = x.rows(),
                       .x = x,
                       .initial = initial,
                       .weights = weights,
                       .result = {result({x.rows(), hidden}), {}}};
  RecurrentState& last = layer.result.last;
  last.h = one_step ? layer.result.output : result(initial.h.shape());
  if (layer.has_cell()) last.c = result(initial.h.shape());
  (suits_primitives(layer, active) ? recurrent_by_primitives : recurrent_by_products)(tape, layer,
                                                                                      active);
  return layer.result;
}

}  // namespace alinea::ops
