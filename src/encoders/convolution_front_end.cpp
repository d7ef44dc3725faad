#include "encoders/convolution_front_end.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/activation.h"
#include "ops/convolution.h"

namespace alinea {

namespace {

constexpr int64_t kKernel = 3;
constexpr ops::ConvolutionAxis kHalving{kKernel, /*stride=*/2, /*before=*/1, /*after=*/1};

int64_t channels_of(const FrontEndOptions& options, int64_t layer) {
  return options.channels << layer;
}

}  // namespace

int64_t halved(int64_t pixels, int64_t layers) {
  for (int64_t l = 0; l < layers; ++l) pixels = kHalving.outputs(pixels);
  return pixels;
}

ConvolutionFrontEnd::ConvolutionFrontEnd(ParameterStore& store, const FrontEndOptions& options,
                                         int64_t size)
    : options_(options),
      linear_(store, "encoder.front_end", channels_of(options, options.layers - 1), size) {
  for (int64_t l = 0; l < options.layers; ++l) {
    const std::string name = fmt::format("encoder.front_end.layer{}", l);
    const int64_t in = l == 0 ? options.columns : channels_of(options, l - 1),
                  out = channels_of(options, l), window = kKernel * kKernel;
    layers_.push_back({&store.add(name + ".weight", {kKernel, kKernel, in, out},
                                  glorot_limit(window * in, window * out)),
                       &store.add(name + ".bias", {out}, 0)});
  }
}

int64_t ConvolutionFrontEnd::positions(int64_t /*rows*/) const {
  return halved(options_.height, options_.layers) * halved(options_.width, options_.layers);
}

FrontEndResult ConvolutionFrontEnd::operator()(Tape& tape, std::span<const float> rows,
                                               std::span<const int64_t> lengths) const {
  const int64_t count = std::ssize(lengths),
                each = options_.height * options_.width * options_.columns;
  Variable y = tape.zeros({count, options_.height, options_.width, options_.columns});
  const float* from = rows.data();
  for (int64_t n = 0; n < count; ++n) {
    const int64_t size = lengths[static_cast<size_t>(n)] * options_.columns;
    std::copy_n(from, std::min(size, each), y.value() + n * each);
    from += size;
  }
  for (const Layer& layer : layers_)
    y = ops::relu_in_place(tape,
                           ops::convolution(tape, y, tape.use(*layer.weight), tape.use(*layer.bias),
                                            kHalving, kHalving),
                           /*dropout=*/0);
  const int64_t cells = positions(0);
  return {linear_(tape, y.reshaped({count * cells, y.columns()})),
          std::vector<int64_t>(static_cast<size_t>(count), cells)};
}

}  // namespace alinea
