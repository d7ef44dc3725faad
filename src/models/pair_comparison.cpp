#include "models/pair_comparison.h"

#include <algorithm>
#include <cmath>

#include "encoders/encoder.h"
#include "ops/activation.h"
#include "ops/batched_matmul.h"
#include "ops/comparison.h"
#include "ops/dropout.h"
#include "ops/pooling.h"
#include "ops/rows.h"
#include "ops/window.h"

namespace alinea {

namespace {

// [N, S, K]; of texts that are all empty S is 1.
Variable padded_texts(Tape& tape, const PairComparison::Texts& texts, int64_t size) {
  if (!texts.states) return tape.zeros({texts.layout.size(), 1, size});
  return padded_rows(tape, texts.states, texts.layout);
}

// alpha [N, T, S]
std::vector<PairLook> looks_of(const Variable& alpha, const SequenceLayout& looking,
                               const SequenceLayout& looked_at) {
  const int64_t steps = alpha.shape()[1], width = alpha.shape()[2];
  std::vector<PairLook> looks;
  for (int64_t n = 0; n < looking.size(); ++n) {
    PairLook& look = looks.emplace_back(PairLook{looking.lengths()[n], looked_at.lengths()[n]});
    for (int64_t t = 0; t < look.looking; ++t) {
      const float* row = alpha.value() + (n * steps + t) * width;
      look.weights.alpha.insert(look.weights.alpha.end(), row, row + look.looked_at);
    }
  }
  return looks;
}

}  // namespace

PairComparison::PairComparison(ParameterStore& store, int64_t states, float dropout)
    : size_(states),
      dropout_(dropout),
      compare_(store, "pair.compare", 4 * states, states),
      combine_(store, "pair.combine", 4 * states, states) {}

Variable PairComparison::compared(Tape& tape, const Texts& texts, const Variable& seen) const {
  const SequenceLayout& layout = texts.layout;
  if (!texts.states) return tape.zeros({layout.size(), 2 * size_});
  const Packing& packing = *layout.packing();
  std::vector<int64_t> cells(static_cast<size_t>(packing.rows()));
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t t = 0; t < layout.lengths()[n]; ++t)
      cells[layout.row(n, t)] = n * seen.shape()[1] + t;
  const Variable both = ops::comparison(tape, texts.states, ops::gather_rows(tape, seen, cells));
  const Variable c = ops::relu_in_place(tape, compare_(tape, both), dropout_);
  const ops::PackedSteps steps{packing.offsets(), packing.active()};
  const Variable pooled =
      ops::concatenate(tape, {ops::packed_mean(tape, c, steps), ops::packed_max(tape, c, steps)});
  return ops::gather_rows(tape, pooled, layout.places());
}

PairComparison::Result PairComparison::operator()(Tape& tape, const Texts& premises,
                                                  const Texts& hypotheses,
                                                  bool keep_weights) const {
  const Variable y = padded_texts(tape, premises, size_), h = padded_texts(tape, hypotheses, size_);
  const float scale = 1.0F / std::sqrt(static_cast<float>(size_));
  const Variable at_premises = ops::softmax_within(tape, ops::batched_dot(tape, h, y, scale),
                                                   premises.layout.lengths());  // [N, T, S]
  const Variable at_hypotheses = ops::softmax_within(tape, ops::batched_dot(tape, y, h, scale),
                                                     hypotheses.layout.lengths());  // [N, S, T]
  const Variable of_hypotheses =
      compared(tape, hypotheses, ops::weighted_sum(tape, at_premises, y));
  const Variable of_premises = compared(tape, premises, ops::weighted_sum(tape, at_hypotheses, h));
  const Variable v = ops::concatenate(tape, {of_hypotheses, of_premises});
  Result result{ops::tanh(tape, combine_(tape, ops::dropout(tape, v, dropout_)))};
  if (!keep_weights) return result;
  result.of_hypotheses = looks_of(at_premises, hypotheses.layout, premises.layout);
  result.of_premises = looks_of(at_hypotheses, premises.layout, hypotheses.layout);
  return result;
}

}  // namespace alinea
