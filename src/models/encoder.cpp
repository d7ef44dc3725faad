#include "models/encoder.h"

#include <fmt/format.h>

#include "ops/dropout.h"
#include "ops/rows.h"

namespace alinea {

Encoder::Encoder(ParameterStore& store, const ModelOptions& options, int64_t vocabulary)
    : dropout_(static_cast<float>(options.dropout)),
      embedding_(store, "encoder.embedding", vocabulary, options.embedding_size) {
  const Cell cell = cell_from_name(options.cell);
  for (int64_t l = 0; l < options.encoder_layers; ++l) {
    const int64_t inputs = l == 0 ? options.embedding_size : options.state_size();
    layers_.emplace_back(store, fmt::format("encoder.layer{}", l), cell,
                         Bidirectional::Sizes{inputs, options.encoder_hidden_size},
                         options.bidirectional ? Directions::kBoth : Directions::kForward);
  }
}

Encoded Encoder::operator()(Tape& tape, const Sources& sources) const {
  const Packing packing(sources.lengths);
  const std::vector<int64_t> reversed = packing.reversed();
  std::vector<int32_t> words;
  for (int64_t cell : packing.cells()) words.push_back(sources.ids[cell]);

  Encoded encoded;
  Variable x = embedding_(tape, words);  // [rows, E]
  for (const Bidirectional& layer : layers_) {
    x = ops::dropout(tape, x, dropout_);
    const RecurrentResult result = layer(tape, x, packing, reversed);
    x = result.output;  // [rows, K]
    encoded.last.push_back(result.last);
  }
  const auto batch = static_cast<int64_t>(sources.lengths.size());
  encoded.states = ops::gather_rows(tape, x, packing.padded())
                       .reshaped({batch, sources.lengths.front(), x.columns()});  // [N, S, K]
  return encoded;
}

}  // namespace alinea
