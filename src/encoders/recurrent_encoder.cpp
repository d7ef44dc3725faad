#include "encoders/recurrent_encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

namespace {

// The rows of x, which are in the order of the layout's packing, in the order of the sentences.
Variable in_order(Tape& tape, const Variable& x, const SequenceLayout& layout) {
  if (!x || std::ranges::is_sorted(layout.places())) return x;
  return ops::gather_rows(tape, x, layout.places());
}

}  // namespace

RecurrentEncoder::RecurrentEncoder(ParameterStore& store, const EncoderOptions& options,
                                   int64_t vocabulary)
    : state_size_((options.bidirectional ? 2 : 1) * options.hidden_size),
      dropout_(options.dropout),
      word_dropout_(options.word_dropout),
      residual_(options.residual),
      embedding_(store, "encoder.embedding", vocabulary, options.embedding_size) {
  const Cell cell = cell_from_name(options.cell);
  const int64_t word = options.embedding_size + options.features;
  for (int64_t l = 0; l < options.layers; ++l) {
    const std::string name = fmt::format("encoder.layer{}", l);
    layers_.emplace_back(store, name,
                         Recurrent::Options{.cell = cell,
                                            .inputs = l == 0 ? word : state_size_,
                                            .hidden = options.hidden_size,
                                            .weight_drop = static_cast<float>(options.weight_drop)},
                         options.bidirectional ? Directions::kBoth : Directions::kForward);
    if (options.layer_normalization) norms_.emplace_back(store, name + ".norm", state_size_);
  }
}

Encoded RecurrentEncoder::operator()(Tape& tape, const Source& source) const {
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  const Packing& packing = *encoded.layout.packing();
  const std::vector<int64_t> reversed = packing.reversed();
  Variable x = word_vectors(tape, embedding_, source, encoded.layout, word_dropout_);
  for (size_t l = 0; l < layers_.size(); ++l) {
    const RecurrentResult result =
        layers_[l](tape, dropout_(tape, x, packing.active()), packing, reversed);
    const Variable output = norms_.empty() ? result.output : norms_[l](tape, result.output);
    x = residual_ && l > 0 ? ops::add(tape, output, x) : output;  // [rows, K]
    encoded.last.push_back({in_order(tape, result.last.h, encoded.layout),
                            in_order(tape, result.last.c, encoded.layout)});
  }
  encoded.states = x;
  return encoded;
}

}  // namespace alinea
