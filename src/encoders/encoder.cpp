#include "encoders/encoder.h"

#include "layers/word_dropout.h"
#include "ops/pooling.h"
#include "ops/rows.h"

namespace alinea {

std::vector<int64_t> packed_rows(const SequenceLayout& layout) {
  std::vector<int64_t> rows(static_cast<size_t>(layout.packing()->rows()));
  int64_t next = 0;
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t s = 0; s < layout.lengths()[n]; ++s) rows[layout.row(n, s)] = next++;
  return rows;
}

std::vector<int32_t> packed_ids(const Source& source, const SequenceLayout& layout) {
  std::vector<int32_t> ids;
  for (const int64_t row : packed_rows(layout)) ids.push_back(source.ids[row]);
  return ids;
}

std::optional<Embedding> word_embedding(ParameterStore& store, int64_t vocabulary,
                                        const EncoderOptions& options) {
  if (vocabulary == 0) return std::nullopt;
  return std::make_optional<Embedding>(store, "encoder.embedding", vocabulary,
                                       options.embedding_size, options.embedding_limit,
                                       options.embedding);
}

Variable word_vectors(Tape& tape, const std::optional<Embedding>& embedding, const Source& source,
                      const SequenceLayout& layout, double word_dropout) {
  if (!embedding) return ops::gather_rows(tape, source.vectors, packed_rows(layout));
  std::vector<int32_t> words = packed_ids(source, layout);
  drop_words(tape, word_dropout, words);
  const Variable x = (*embedding)(tape, words);
  if (!source.features) return x;
  return ops::concatenate(tape, {x, ops::gather_rows(tape, source.features, packed_rows(layout))});
}

Variable padded_rows(Tape& tape, const Variable& rows, const SequenceLayout& layout) {
  return ops::gather_rows(tape, rows, layout.padded())
      .reshaped({layout.size(), layout.packing()->lengths().front(), rows.columns()});
}

Variable padded_states(Tape& tape, const Encoded& encoded) {
  return padded_rows(tape, encoded.states, encoded.layout);
}

Variable mean_states(Tape& tape, const Encoded& encoded) {
  const Packing& packing = *encoded.layout.packing();
  const Variable means =
      ops::packed_mean(tape, encoded.states, {packing.offsets(), packing.active()});
  return ops::gather_rows(tape, means, encoded.layout.places());
}

}  // namespace alinea
