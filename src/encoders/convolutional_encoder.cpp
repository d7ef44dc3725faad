#include "encoders/convolutional_encoder.h"

#include <fmt/format.h>

#include "layers/word_dropout.h"
#include "ops/rows.h"

namespace alinea {

namespace {

// For each row of the layout, its place in its sentence.
std::vector<int64_t> packed_positions(const SequenceLayout& layout) {
  const std::vector<int64_t> positions = positions_within(layout.lengths());
  std::vector<int64_t> packed;
  for (const int64_t row : packed_rows(layout)) packed.push_back(positions[row]);
  return packed;
}

}  // namespace

ConvolutionalEncoder::ConvolutionalEncoder(ParameterStore& store, const EncoderOptions& options,
                                           int64_t vocabulary)
    : size_(options.convolution.size),
      kernel_(options.convolution.kernel),
      before_(options.bidirectional ? (kernel_ - 1) / 2 : kernel_ - 1),
      word_dropout_(options.word_dropout),
      input_(store, "encoder", options.convolution, vocabulary, options.features),
      blocks_(convolution_blocks(store, "encoder", options.convolution)),
      output_(store, "encoder.output", options.convolution.channels.back(), size_, 1.0F) {}

ConvolutionInput::Words ConvolutionalEncoder::read(Tape& tape, const Source& source,
                                                   const SequenceLayout& layout) const {
  const std::span<const int64_t> active = layout.packing()->active();
  const std::vector<int64_t> positions = packed_positions(layout);
  if (source.vectors)
    return input_.of_vectors(tape, ops::gather_rows(tape, source.vectors, packed_rows(layout)),
                             positions, active);
  std::vector<int32_t> words = packed_ids(source, layout);
  drop_words(tape, word_dropout_, words);
  Variable features;
  if (source.features) features = ops::gather_rows(tape, source.features, packed_rows(layout));
  return input_(tape, words, positions, active, features);
}

Encoded ConvolutionalEncoder::operator()(Tape& tape, const Source& source) const {
  Encoded encoded{{}, SequenceLayout(source.lengths), {}};
  const SequenceLayout& layout = encoded.layout;
  const std::span<const int64_t> active = layout.packing()->active();
  auto [vectors, x] = read(tape, source, layout);
  const std::vector<int64_t> windows = window_rows(layout, kernel_, before_);
  for (const ConvolutionBlock& block : blocks_) x = block(tape, x, windows, active);
  encoded.states = output_(tape, x);  // [rows, E]
  encoded.vectors = vectors;
  return encoded;
}

}  // namespace alinea
