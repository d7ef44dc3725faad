// alinea's loops beside oneDNN's primitives for the same operation, forward and back, on one
// thread, at the sizes of shape R: attention weights (64 x 16 rows of 16), states (1,024 rows of
// 512) and word scores (1,024 rows of 6,000). A loop is timed with its tape, a primitive alone.
// Convolutions are those of 64 sentences of 16 words, 256 channels to 512, and of 16 pictures of 16
// x 64 cells, 64 channels to 128, kernels of 3 cells.
#include <benchmark/benchmark.h>

#include <functional>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "autograd/tape.h"
#include "ops/activation.h"
#include "ops/affine.h"
#include "ops/convolution.h"
#include "ops/cross_entropy.h"
#include "ops/engine.h"
#include "ops/layer_norm.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "ops/weight_gradient.h"
#include "ops/window.h"

namespace alinea {
namespace {

constexpr int64_t kRows = 1024, kStates = 512, kWords = 6000, kPositions = 16;

// The loop, on values that need gradients.
using Operation = std::function<Variable(Tape&, const std::vector<Variable>&)>;
void measure(benchmark::State& state, const std::vector<Shape>& shapes,
             const Operation& operation) {
  ParameterStore store;
  for (const Shape& shape : shapes) store.add("input", shape, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Random random(1);
  store.initialize(random);
  Arena arena;
  for (auto _ : state) {
    arena.reset();
    Tape tape(arena, Tape::Mode::kTraining);
    std::vector<Variable> inputs;
    for (const Parameter& parameter : store.parameters()) inputs.push_back(tape.use(parameter));
    tape.backward(operation(tape, inputs));
  }
}

// The primitives.
using dnnl::memory;
const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}
memory::desc matrix(int64_t rows, int64_t columns) {
  return {{rows, columns}, memory::data_type::f32, memory::format_tag::ab};
}
memory filled(const memory::desc& description) {
  memory made(description, cpu());
  auto* values = static_cast<float*>(made.get_data_handle());
  for (size_t i = 0; i < description.get_size() / sizeof(float); ++i)
    values[i] = 0.01F * static_cast<float>(i % 89) - 0.4F;
  return made;
}

struct Call {
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};
void measure(benchmark::State& state, const std::vector<Call>& calls) {
  dnnl::stream stream(cpu());
  for (auto _ : state) {
    for (const auto& [primitive, arguments] : calls) primitive.execute(stream, arguments);
    stream.wait();
  }
}

#if DNNL_VERSION_MAJOR < 3
template <typename Forward, typename... What>
typename Forward::primitive_desc forward_of(const What&... what) {
  return {typename Forward::desc(what...), cpu()};
}
template <typename Backward, typename Description, typename... What>
typename Backward::primitive_desc backward_of(const Description& forward, const What&... what) {
  return {typename Backward::desc(what...), cpu(), forward};
}

constexpr auto kForward = dnnl::prop_kind::forward_training;

std::vector<Call> softmax_calls(int64_t rows, int64_t columns) {
  const memory::desc x = matrix(rows, columns);
  const auto forward = forward_of<dnnl::softmax_forward>(kForward, x, 1);
  const auto backward = backward_of<dnnl::softmax_backward>(forward, x, x, 1);
  const memory y = filled(x);
  return {{dnnl::softmax_forward(forward), {{DNNL_ARG_SRC, filled(x)}, {DNNL_ARG_DST, y}}},
          {dnnl::softmax_backward(backward),
           {{DNNL_ARG_DST, y}, {DNNL_ARG_DIFF_DST, filled(x)}, {DNNL_ARG_DIFF_SRC, filled(x)}}}};
}

std::vector<Call> log_softmax_calls() {
  const memory::desc x = matrix(kRows, kWords);
  const auto forward = forward_of<dnnl::logsoftmax_forward>(kForward, x, 1);
  const auto backward = backward_of<dnnl::logsoftmax_backward>(forward, x, x, 1);
  const memory y = filled(x);
  return {{dnnl::logsoftmax_forward(forward), {{DNNL_ARG_SRC, filled(x)}, {DNNL_ARG_DST, y}}},
          {dnnl::logsoftmax_backward(backward),
           {{DNNL_ARG_DST, y}, {DNNL_ARG_DIFF_DST, filled(x)}, {DNNL_ARG_DIFF_SRC, filled(x)}}}};
}

struct LayerNorm {
  dnnl::layer_normalization_forward::primitive_desc forward;
  dnnl::layer_normalization_backward::primitive_desc backward;
};
LayerNorm describe_layer_norm() {
  const memory::desc x = matrix(kRows, kStates);
  constexpr auto kFlags = dnnl::normalization_flags::use_scale_shift;
  const auto forward = forward_of<dnnl::layer_normalization_forward>(kForward, x, 1e-5F, kFlags);
  return {forward, backward_of<dnnl::layer_normalization_backward>(
                       forward, dnnl::prop_kind::backward, x, x, 1e-5F, kFlags)};
}

std::vector<Call> layer_norm_calls() {
  const memory::desc x = matrix(kRows, kStates);
  const auto [forward, backward] = describe_layer_norm();
  const memory in = filled(x), gain = filled(forward.weights_desc()),
               mean = filled(forward.mean_desc()), variance = filled(forward.variance_desc());
  return {{dnnl::layer_normalization_forward(forward),
           {{DNNL_ARG_SRC, in},
            {DNNL_ARG_DST, filled(x)},
            {DNNL_ARG_MEAN, mean},
            {DNNL_ARG_VARIANCE, variance},
            {DNNL_ARG_SCALE_SHIFT, gain}}},
          {dnnl::layer_normalization_backward(backward),
           {{DNNL_ARG_SRC, in},
            {DNNL_ARG_MEAN, mean},
            {DNNL_ARG_VARIANCE, variance},
            {DNNL_ARG_SCALE_SHIFT, gain},
            {DNNL_ARG_DIFF_DST, filled(x)},
            {DNNL_ARG_DIFF_SRC, filled(x)},
            {DNNL_ARG_DIFF_SCALE_SHIFT, filled(forward.weights_desc())}}}};
}

std::vector<Call> tanh_calls() {
  const memory::desc x = matrix(kRows, kStates);
  constexpr auto kKind = dnnl::algorithm::eltwise_tanh_use_dst_for_bwd;
  const auto forward = forward_of<dnnl::eltwise_forward>(kForward, kKind, x, 0.0F, 0.0F);
  const auto backward = backward_of<dnnl::eltwise_backward>(forward, kKind, x, x, 0.0F, 0.0F);
  const memory y = filled(x);
  return {{dnnl::eltwise_forward(forward), {{DNNL_ARG_SRC, filled(x)}, {DNNL_ARG_DST, y}}},
          {dnnl::eltwise_backward(backward),
           {{DNNL_ARG_DST, y}, {DNNL_ARG_DIFF_DST, filled(x)}, {DNNL_ARG_DIFF_SRC, filled(x)}}}};
}

// Forward a + b; back, the gradient added to those of both.
std::vector<Call> add_calls() {
  const memory::desc x = matrix(kRows, kStates);
  const dnnl::binary add(forward_of<dnnl::binary>(dnnl::algorithm::binary_add, x, x, x));
  const memory a = filled(x), b = filled(x), da = filled(x), db = filled(x), dy = filled(x);
  return {{add, {{DNNL_ARG_SRC_0, a}, {DNNL_ARG_SRC_1, b}, {DNNL_ARG_DST, filled(x)}}},
          {add, {{DNNL_ARG_SRC_0, da}, {DNNL_ARG_SRC_1, dy}, {DNNL_ARG_DST, da}}},
          {add, {{DNNL_ARG_SRC_0, db}, {DNNL_ARG_SRC_1, dy}, {DNNL_ARG_DST, db}}}};
}

// The gradient of a bias: rows added up.
std::vector<Call> row_sum_calls() {
  const memory::desc rows = matrix(kRows, 3 * kStates), sum = matrix(1, 3 * kStates);
  return {{dnnl::reduction(
               forward_of<dnnl::reduction>(dnnl::algorithm::reduction_sum, rows, sum, 0.0F, 0.0F)),
           {{DNNL_ARG_SRC, filled(rows)}, {DNNL_ARG_DST, filled(sum)}}}};
}

// Of height 1 a picture is a sequence.
struct ConvolutionOf {
  int64_t batch, height, width, inputs, outputs;
  int64_t kernel_height() const { return height == 1 ? 1 : 3; }
};
constexpr ConvolutionOf kSentences{64, 1, 16, 256, 512}, kPictures{16, 16, 64, 64, 128};

enum class Part { kValues, kInput, kKernels };
std::vector<Call> convolution_calls(const ConvolutionOf& s, Part part) {
  constexpr auto kDirect = dnnl::algorithm::convolution_direct;
  const auto plain = [](const memory::dims& dims, memory::format_tag tag) {
    return memory::desc(dims, memory::data_type::f32, tag);
  };
  const memory::desc x = plain({s.batch, s.inputs, s.height, s.width}, memory::format_tag::nhwc);
  const memory::desc y = plain({s.batch, s.outputs, s.height, s.width}, memory::format_tag::nhwc);
  const memory::desc weight =
      plain({s.outputs, s.inputs, s.kernel_height(), 3}, memory::format_tag::any);
  const memory::dims strides{1, 1}, padding{s.kernel_height() / 2, 1};
  const auto forward = forward_of<dnnl::convolution_forward>(kForward, kDirect, x, weight, y,
                                                             strides, padding, padding);
  if (part == Part::kValues)
    return {{dnnl::convolution_forward(forward),
             {{DNNL_ARG_SRC, filled(x)},
              {DNNL_ARG_WEIGHTS, filled(forward.weights_desc())},
              {DNNL_ARG_DST, filled(y)}}}};
  if (part == Part::kInput) {
    const auto back = backward_of<dnnl::convolution_backward_data>(forward, kDirect, x, weight, y,
                                                                   strides, padding, padding);
    return {{dnnl::convolution_backward_data(back),
             {{DNNL_ARG_DIFF_DST, filled(y)},
              {DNNL_ARG_WEIGHTS, filled(back.weights_desc())},
              {DNNL_ARG_DIFF_SRC, filled(x)}}}};
  }
  const auto back = backward_of<dnnl::convolution_backward_weights>(forward, kDirect, x, weight, y,
                                                                    strides, padding, padding);
  return {{dnnl::convolution_backward_weights(back),
           {{DNNL_ARG_SRC, filled(x)},
            {DNNL_ARG_DIFF_DST, filled(y)},
            {DNNL_ARG_DIFF_WEIGHTS, filled(back.diff_weights_desc())}}}};
}

// What a number of rows that was not met before costs.
void layer_norm_making(benchmark::State& state) {
  for (auto _ : state) {
    const auto [forward, backward] = describe_layer_norm();
    benchmark::DoNotOptimize(dnnl::layer_normalization_forward(forward));
    benchmark::DoNotOptimize(dnnl::layer_normalization_backward(backward));
  }
}
BENCHMARK(layer_norm_making);

void add_making(benchmark::State& state) {
  const memory::desc x = matrix(kRows, kStates);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        dnnl::binary(forward_of<dnnl::binary>(dnnl::algorithm::binary_add, x, x, x)));
}
BENCHMARK(add_making);

BENCHMARK_CAPTURE(measure, attention_softmax_primitive, softmax_calls(kRows, kPositions));
BENCHMARK_CAPTURE(measure, log_softmax_primitive, log_softmax_calls());
BENCHMARK_CAPTURE(measure, layer_norm_primitive, layer_norm_calls());
BENCHMARK_CAPTURE(measure, tanh_primitive, tanh_calls());
BENCHMARK_CAPTURE(measure, add_primitive, add_calls());
// What a length of sentences that was not met before costs.
void sentences_making(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(convolution_calls({1, 1, 7, 256, 512}, Part::kValues));
}
BENCHMARK(sentences_making);

BENCHMARK_CAPTURE(measure, row_sum_primitive, row_sum_calls());
BENCHMARK_CAPTURE(measure, sentences_forward, convolution_calls(kSentences, Part::kValues));
BENCHMARK_CAPTURE(measure, sentences_input, convolution_calls(kSentences, Part::kInput));
BENCHMARK_CAPTURE(measure, sentences_kernels, convolution_calls(kSentences, Part::kKernels));
BENCHMARK_CAPTURE(measure, pictures_forward, convolution_calls(kPictures, Part::kValues));
BENCHMARK_CAPTURE(measure, pictures_input, convolution_calls(kPictures, Part::kInput));
BENCHMARK_CAPTURE(measure, pictures_kernels, convolution_calls(kPictures, Part::kKernels));

#endif

void attention_softmax_loop(benchmark::State& state) {
  const std::vector<ops::Window> windows(static_cast<size_t>(kRows), ops::Window{0, kPositions});
  measure(state, {{64, kPositions, kPositions}},
          [&](Tape& tape, const auto& in) { return ops::window_softmax(tape, in[0], windows); });
}
BENCHMARK(attention_softmax_loop);

// The cross-entropy, which has the softmax inside.
void log_softmax_loop(benchmark::State& state) {
  const std::vector<int32_t> targets(static_cast<size_t>(kRows), 7);
  measure(state, {{kRows, kWords}}, [&](Tape& tape, const auto& in) {
    return ops::cross_entropy(tape, in[0], targets, 0.1F).loss;
  });
}
BENCHMARK(log_softmax_loop);

void layer_norm_loop(benchmark::State& state) {
  measure(state, {{kRows, kStates}, {kStates}, {kStates}},
          [](Tape& tape, const auto& in) { return ops::layer_norm(tape, in[0], in[1], in[2]); });
}
BENCHMARK(layer_norm_loop);

void tanh_loop(benchmark::State& state) {
  measure(state, {{kRows, kStates}},
          [](Tape& tape, const auto& in) { return ops::tanh(tape, in[0]); });
}
BENCHMARK(tanh_loop);

void add_loop(benchmark::State& state) {
  measure(state, {{kRows, kStates}, {kRows, kStates}},
          [](Tape& tape, const auto& in) { return ops::add(tape, in[0], in[1]); });
}
BENCHMARK(add_loop);

// Forward and back.
void sentences_operation(benchmark::State& state) {
  measure(state, {{64, 16, 256}, {3, 256, 512}}, [](Tape& tape, const auto& in) {
    return ops::convolution(tape, in[0], in[1], {}, {.kernel = 3, .before = 1, .after = 1});
  });
}
BENCHMARK(sentences_operation);

void sentences_products(benchmark::State& state) {
  std::vector<int64_t> rows;
  for (int64_t r = 0; r < kRows; ++r)
    for (int64_t s = r % kPositions - 1; s <= r % kPositions + 1; ++s)
      rows.push_back(s < 0 || s >= kPositions ? ops::kNoRow : r / kPositions * kPositions + s);
  measure(state, {{kRows, 256}, {3 * 256, 512}}, [&](Tape& tape, const auto& in) {
    const Variable windows = ops::gather_rows(tape, in[0], rows).reshaped({kRows, 3 * 256});
    return ops::affine(tape, windows, in[1]);
  });
}
BENCHMARK(sentences_products);

void pictures_operation(benchmark::State& state) {
  measure(state, {{16, 16, 64, 64}, {3, 3, 64, 128}}, [](Tape& tape, const auto& in) {
    const ops::ConvolutionAxis axis{.kernel = 3, .before = 1, .after = 1};
    return ops::convolution(tape, in[0], in[1], {}, axis, axis);
  });
}
BENCHMARK(pictures_operation);

void row_sum_loop(benchmark::State& state) {
  const std::vector<float> rows(static_cast<size_t>(kRows * 3 * kStates), 0.5F);
  ParameterStore store;
  store.add("bias", {3 * kStates}, 0.5F);
  store.allocate(ParameterStore::Gradients::kKept);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining);
  const Variable bias = tape.use(store.parameters().front());
  for (auto _ : state) ops::add_bias_gradient(bias, kRows, {rows.data(), 3 * kStates, 3 * kStates});
}
BENCHMARK(row_sum_loop);

}  // namespace
}  // namespace alinea

int main(int argc, char** argv) {
  alinea::ops::set_threads(1);
  dnnl::set_primitive_cache_capacity(0);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
