#include "encoders/window_encoder.h"

#include <fmt/format.h>

#include "ops/activation.h"
#include "ops/rows.h"

namespace alinea {

WindowEncoder::WindowEncoder(ParameterStore& store, const EncoderOptions& options,
                             int64_t vocabulary)
    : state_size_(options.hidden_size),
      window_(options.window),
      dropout_(options.dropout),
      word_dropout_(options.word_dropout),
      embedding_(word_embedding(store, vocabulary, options)) {
  const int64_t word = options.embedding_size + options.features;
  for (int64_t l = 0; l < options.layers; ++l)
    layers_.emplace_back(store, fmt::format("encoder.layer{}", l),
                         l == 0 ? (2 * window_ + 1) * word : state_size_, state_size_);
}

// [x_{s-w} ; ... ; x_{s+w}] for every row x_s.
Variable WindowEncoder::neighbours(Tape& tape, const Variable& x,
                                   const SequenceLayout& layout) const {
  if (window_ == 0) return x;
  std::vector<Variable> parts;
  for (int64_t offset = -window_; offset <= window_; ++offset) {
    std::vector<int64_t> rows(static_cast<size_t>(x.rows()), ops::kNoRow);
    for (int64_t n = 0; n < layout.size(); ++n)
      for (int64_t s = 0; s < layout.lengths()[n]; ++s)
        if (s + offset >= 0 && s + offset < layout.lengths()[n])
          rows[layout.row(n, s)] = layout.row(n, s + offset);
    parts.push_back(ops::gather_rows(tape, x, rows));
  }
  return ops::concatenate(tape, parts);
}

Encoded WindowEncoder::operator()(Tape& tape, const Source& source) const {
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  const std::span<const int64_t> active = encoded.layout.packing()->active();
  Variable x = word_vectors(tape, embedding_, source, encoded.layout, word_dropout_);
  for (size_t l = 0; l < layers_.size(); ++l) {
    x = dropout_(tape, x, active);
    if (l == 0) x = neighbours(tape, x, encoded.layout);
    x = ops::tanh(tape, layers_[l](tape, x));  // [rows, H]
  }
  encoded.states = x;
  return encoded;
}

}  // namespace alinea
