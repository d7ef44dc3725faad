#include "layers/convolution.h"

#include <fmt/format.h>

#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

namespace {

// Of a normal distribution with standard deviation 0.1 (section 3.5), here of a uniform one.
constexpr float kVectorLimit = 0.173205081F;

}  // namespace

// Inputs and windows with their gradients, the product, its gates and what comes of them.
int64_t ConvolutionOptions::floats_of_word() const {
  int64_t sum = 0;
  for (const int64_t each : channels) sum += each;
  return (2 * kernel + 13) * sum;
}

std::vector<int64_t> window_rows(const SequenceLayout& layout, int64_t kernel, int64_t before) {
  std::vector<int64_t> rows(static_cast<size_t>(layout.packing()->rows() * kernel), ops::kNoRow);
  for (int64_t n = 0; n < layout.size(); ++n)
    for (int64_t s = 0; s < layout.lengths()[n]; ++s)
      for (int64_t j = 0; j < kernel; ++j) {
        const int64_t seen = s - before + j;
        if (seen >= 0 && seen < layout.lengths()[n])
          rows[layout.row(n, s) * kernel + j] = layout.row(n, seen);
      }
  return rows;
}

ConvolutionInput::ConvolutionInput(ParameterStore& store, const std::string& name,
                                   const ConvolutionOptions& options, int64_t vocabulary,
                                   int64_t features, const Parameter* shared)
    : dropout_(options.dropout),
      embedding_(vocabulary == 0
                     ? std::nullopt
                     : std::make_optional<Embedding>(store, name + ".embedding", vocabulary,
                                                     options.size, kVectorLimit, shared)),
      positions_(store, name + ".positions", PositionKind::kLearned, options.max_positions,
                 options.size, kVectorLimit),
      linear_(store, name + ".input", options.size + features, options.channels.front(),
              options.kept()) {}

ConvolutionInput::Words ConvolutionInput::operator()(Tape& tape, std::span<const int32_t> words,
                                                     std::span<const int64_t> positions,
                                                     std::span<const int64_t> active,
                                                     const Variable& features) const {
  return of_vectors(tape, (*embedding_)(tape, words), positions, active, features);
}

ConvolutionInput::Words ConvolutionInput::of_vectors(Tape& tape, const Variable& x,
                                                     std::span<const int64_t> positions,
                                                     std::span<const int64_t> active,
                                                     const Variable& features) const {
  const Variable sum = positions_(tape, x, positions);
  const Variable vectors = dropout_(tape, sum, active);
  if (!features) return {vectors, linear_(tape, vectors)};
  const Variable known = dropout_(tape, features, active);
  return {vectors, linear_(tape, ops::concatenate(tape, {vectors, known}))};
}

ConvolutionBlock::ConvolutionBlock(ParameterStore& store, const std::string& name,
                                   const ConvolutionOptions& options, int64_t inputs,
                                   int64_t channels)
    : kernel_(options.kernel),
      inputs_(inputs),
      dropout_(options.dropout),
      convolution_(store, name + ".convolution", options.kernel * inputs, 2 * channels,
                   4 * options.kept()) {
  if (inputs != channels) residual_.emplace(store, name + ".residual", inputs, channels, 1.0F);
}

Variable ConvolutionBlock::with_residual(Tape& tape, const Variable& x,
                                         const Variable& gated) const {
  return ops::scaled_sum(tape, gated, residual_ ? (*residual_)(tape, x) : x, kSumScale);
}

Variable ConvolutionBlock::operator()(Tape& tape, const Variable& x,
                                      std::span<const int64_t> windows,
                                      std::span<const int64_t> active) const {
  const Variable seen = ops::gather_rows(tape, dropout_(tape, x, active), windows)
                            .reshaped({x.rows(), kernel_ * inputs_});
  return with_residual(tape, x, convolution_.gated(tape, seen));
}

Variable ConvolutionBlock::step(Tape& tape, const Variable& x, Variable& kept) const {
  if (kernel_ == 1) return with_residual(tape, x, convolution_.gated(tape, x));
  const Variable seen = ops::concatenate(tape, {kept, x});  // [R, k I]
  kept = ops::columns(tape, seen, inputs_, kept_size());
  return with_residual(tape, x, convolution_.gated(tape, seen));
}

std::vector<ConvolutionBlock> convolution_blocks(ParameterStore& store, const std::string& name,
                                                 const ConvolutionOptions& options) {
  std::vector<ConvolutionBlock> blocks;
  int64_t inputs = options.channels.front();
  for (const int64_t channels : options.channels) {
    blocks.emplace_back(store, fmt::format("{}.layer{}", name, blocks.size()), options, inputs,
                        channels);
    inputs = channels;
  }
  return blocks;
}

}  // namespace alinea
