#include "models/encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/sequence_layout.h"
#include "models/word_dropout.h"
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

Encoder::Encoder(ParameterStore& store, const ModelOptions& options, int64_t vocabulary)
    : dropout_(options.dropout_kind()),
      word_dropout_(options.word_dropout),
      residual_(options.residual),
      embedding_(store, "encoder.embedding", vocabulary, options.embedding_size) {
  const Cell cell = cell_from_name(options.cell);
  for (int64_t l = 0; l < options.encoder_layers; ++l) {
    const int64_t inputs = l == 0 ? options.embedding_size : options.state_size();
    const std::string name = fmt::format("encoder.layer{}", l);
    layers_.emplace_back(store, name,
                         Recurrent::Options{.cell = cell,
                                            .inputs = inputs,
                                            .hidden = options.encoder_hidden_size,
                                            .weight_drop = static_cast<float>(options.weight_drop)},
                         options.bidirectional ? Directions::kBoth : Directions::kForward);
    if (options.layer_normalization)
      norms_.emplace_back(store, name + ".norm", options.state_size());
  }
}

Encoded Encoder::operator()(Tape& tape, const Sources& sources) const {
  const SequenceLayout layout(sources.lengths);
  const Packing& packing = *layout.packing();
  const std::vector<int64_t> reversed = packing.reversed();
  const int64_t batch = layout.size(), width = packing.lengths().front();
  std::vector<int32_t> words(static_cast<size_t>(packing.rows()));
  std::vector<int64_t> cells(static_cast<size_t>(batch * width), ops::kNoRow);  // of [N, S]
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t s = 0; s < sources.lengths[n]; ++s) {
      cells[n * width + s] = layout.row(n, s);
      words[layout.row(n, s)] = sources.ids[n * width + s];
    }
  }

  drop_words(tape, word_dropout_, words);
  Encoded encoded;
  Variable x = embedding_(tape, words);  // [rows, E]
  for (size_t l = 0; l < layers_.size(); ++l) {
    const RecurrentResult result =
        layers_[l](tape, dropout_(tape, x, packing.active()), packing, reversed);
    const Variable output = norms_.empty() ? result.output : norms_[l](tape, result.output);
    x = residual_ && l > 0 ? ops::add(tape, output, x) : output;  // [rows, K]
    encoded.last.push_back(
        {in_order(tape, result.last.h, layout), in_order(tape, result.last.c, layout)});
  }
  encoded.states =
      ops::gather_rows(tape, x, cells).reshaped({batch, width, x.columns()});  // [N, S, K]
  return encoded;
}

}  // namespace alinea
