#include "models/pooled_level.h"

#include "ops/rows.h"

namespace alinea {

PooledLevel::PooledLevel(ParameterStore& store, const std::string& name,
                         const ClassifierOptions& options, int64_t inputs)
    : outputs_(2 * options.hidden_size),
      recurrent_(store, name,
                 Recurrent::Options{.cell = cell_from_name(options.cell),
                                    .inputs = inputs,
                                    .hidden = options.hidden_size},
                 Directions::kBoth),
      pooling_(make_pooling(options.pooling, store, name + ".attention",
                            {outputs_, options.attention_size})) {}

Pooled PooledLevel::operator()(Tape& tape, const Variable& x, const SequenceLayout& layout) const {
  if (!layout.packing()) return {tape.zeros({layout.size(), outputs_}), {}};
  const Packing& packing = *layout.packing();
  const Variable states = recurrent_(tape, x, packing, packing.reversed()).output;  // [R, 2H]
  Pooled pooled = (*pooling_)(tape, states, {packing.offsets(), packing.active()});
  pooled.vectors = ops::gather_rows(tape, pooled.vectors, layout.places());
  return pooled;
}

}  // namespace alinea
