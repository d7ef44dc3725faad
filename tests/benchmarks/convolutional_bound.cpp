// What convolutional encoders and decoders multiply.
#include <numeric>

#include "benchmarks/matmul_bound.h"

namespace alinea {

namespace {

int64_t words_of(std::span<const int64_t> lengths) {
  return std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
}

// The rows and columns of the weights of blocks, of what is in front of them and of what is behind,
// by visit(inputs, outputs).
template <typename Visit>
void for_weights(const ConvolutionOptions& options, Visit visit) {
  int64_t inputs = options.channels.front();
  visit(options.size, inputs);
  for (const int64_t channels : options.channels) {
    visit(options.kernel * inputs, 2 * channels);
    if (inputs != channels) visit(inputs, channels);
    inputs = channels;
  }
  visit(inputs, options.size);
}

}  // namespace

void MatmulBound::add_convolutional_encoder(std::span<const int64_t> lengths) {
  for_weights(encoder_options(options_).convolution, [&](int64_t inputs, int64_t outputs) {
    add_layer(words_of(lengths), inputs, outputs);
  });
}

void MatmulBound::add_convolutional_decoder(const Batch& batch) {
  const ConvolutionOptions decoder = decoder_options(options_, options_.state_size()).convolution;
  const int64_t size = decoder.size, rows = words_of(batch.target_lengths);
  for_weights(decoder, [&](int64_t inputs, int64_t outputs) { add_layer(rows, inputs, outputs); });
  for (const int64_t channels : decoder.channels) {
    add_layer(rows, channels, size);
    add_layer(rows, size, channels);
    for (size_t n = 0; n < batch.source_lengths.size(); ++n)
      add(batch.target_lengths[n], batch.source_lengths[n], size, 6);
  }
  add_layer(rows, size, vocabularies_.target);
}

void MatmulBound::add_convolutional_reading(std::span<const int64_t> lengths) {
  for_weights(encoder_options(options_).convolution,
              [&](int64_t inputs, int64_t outputs) { add(words_of(lengths), outputs, inputs); });
}

void MatmulBound::add_convolutional_step(std::span<const int64_t> lengths, int64_t rows) {
  const ConvolutionOptions decoder = decoder_options(options_, options_.state_size()).convolution;
  const int64_t width = rows / std::ssize(lengths);
  for_weights(decoder, [&](int64_t inputs, int64_t outputs) { add(rows, outputs, inputs); });
  for (const int64_t channels : decoder.channels) {
    add(rows, decoder.size, channels);
    add(rows, channels, decoder.size);
    for (const int64_t length : lengths) add(width, length, decoder.size, 2);
  }
  add(rows, vocabularies_.target, decoder.size);
}

}  // namespace alinea
