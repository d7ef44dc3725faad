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
    Layer& layer = layers_.emplace_back();
    const std::string name = fmt::format("encoder.layer{}", l);
    layer.directions.emplace_back(store, name + ".forward", cell, inputs,
                                  options.encoder_hidden_size);
    if (options.bidirectional)
      layer.directions.emplace_back(store, name + ".backward", cell, inputs,
                                    options.encoder_hidden_size);
  }
}

Encoded Encoder::operator()(Tape& tape, const Sources& sources) const {
  const Packing packing(sources.lengths);
  const std::vector<int64_t> reversed = packing.reversed();
  std::vector<int32_t> words;
  for (int64_t cell : packing.cells()) words.push_back(sources.ids[cell]);

  Encoded encoded;
  Variable x = embedding_(tape, words);  // [rows, E]
  for (const Layer& layer : layers_) {
    x = ops::dropout(tape, x, dropout_);
    const RecurrentResult result = run(tape, layer, x, packing, reversed);
    x = result.output;  // [rows, K]
    encoded.last.push_back(result.last);
  }
  const auto batch = static_cast<int64_t>(sources.lengths.size());
  encoded.states = ops::gather_rows(tape, x, packing.padded())
                       .reshaped({batch, sources.lengths.front(), x.columns()});  // [N, S, K]
  return encoded;
}

RecurrentResult Encoder::run(Tape& tape, const Layer& layer, const Variable& x,
                             const Packing& packing, std::span<const int64_t> reversed) const {
  const int64_t batch = packing.active().front();
  const Recurrent& forward = layer.directions[0];
  RecurrentResult result = forward(tape, x, packing.active(), forward.zero_state(tape, batch));
  if (layer.directions.size() == 1) return result;

  // Right to left is left to right over every sentence turned around within its own length.
  const Recurrent& backward = layer.directions[1];
  const Variable turned = ops::gather_rows(tape, x, reversed);
  const RecurrentResult other =
      backward(tape, turned, packing.active(), backward.zero_state(tape, batch));
  const Variable output = ops::gather_rows(tape, other.output, reversed);

  result.output = ops::concatenate(tape, {result.output, output});
  result.last.h = ops::concatenate(tape, {result.last.h, other.last.h});
  if (result.last.c) result.last.c = ops::concatenate(tape, {result.last.c, other.last.c});
  return result;
}

}  // namespace alinea
