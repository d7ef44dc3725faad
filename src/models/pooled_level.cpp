#include "models/pooled_level.h"

#include "ops/rows.h"

namespace alinea {

PooledLevel::PooledLevel(ParameterStore& store, const std::string& name,
                         const ClassifierOptions& options, int64_t inputs)
    : recurrent_(store, name,
                 Recurrent::Options{.cell = cell_from_name(options.words.cell),
                                    .inputs = inputs,
                                    .hidden = options.words.hidden_size,
                                    .weight_drop = static_cast<float>(options.words.weight_drop),
                                    .intra_attention = options.words.intra_attention},
                 Directions::kBoth),
      pooling_(make_pooling(options.pooling, store, name + ".attention",
                            2 * options.words.hidden_size)) {}

Pooled PooledLevel::operator()(Tape& tape, const Variable& x, const SequenceLayout& layout) const {
  if (!layout.packing()) return {tape.zeros({layout.size(), size()}), {}};
  const Packing& packing = *layout.packing();
  const Variable states = recurrent_(tape, x, packing, packing.reversed()).output;  // [R, 2H]
  Pooled pooled = (*pooling_)(tape, states, {packing.offsets(), packing.active()});
  pooled.vectors = ops::gather_rows(tape, pooled.vectors, layout.places());
  return pooled;
}

}  // namespace alinea
