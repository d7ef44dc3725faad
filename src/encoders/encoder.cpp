#include "encoders/encoder.h"

#include "ops/pooling.h"
#include "ops/rows.h"

namespace alinea {

std::vector<int32_t> packed_ids(const Source& source, const SequenceLayout& layout) {
  std::vector<int32_t> ids(source.ids.size());
  size_t next = 0;
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t s = 0; s < source.lengths[n]; ++s) ids[layout.row(n, s)] = source.ids[next++];
  return ids;
}

Variable padded_states(Tape& tape, const Encoded& encoded) {
  const SequenceLayout& layout = encoded.layout;
  return ops::gather_rows(tape, encoded.states, layout.padded())
      .reshaped({layout.size(), layout.packing()->lengths().front(), encoded.states.columns()});
}

Variable mean_states(Tape& tape, const Encoded& encoded) {
  const Packing& packing = *encoded.layout.packing();
  const Variable means =
      ops::packed_mean(tape, encoded.states, {packing.offsets(), packing.active()});
  return ops::gather_rows(tape, means, encoded.layout.places());
}

}  // namespace alinea
