#include "ops/recurrent_primitive.h"

#include <initializer_list>
#include <type_traits>
#include <utility>

#include "ops/onednn.h"
#include "ops/weight_copies.h"

namespace alinea::ops {

namespace {

using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;

constexpr auto kDirection = dnnl::rnn_direction::unidirectional_left2right;

memory::desc plain(const memory::dims& dims, memory::format_tag tag) {
  return {dims, memory::data_type::f32, tag};
}

// [I, G, H] in rows of G H, or transposed in rows of I, which lie good_stride apart.
memory::desc padded_weights(int64_t inputs, int64_t gates, int64_t hidden) {
  const int64_t stride = good_stride(gates * hidden), all = inputs * stride;
  return {{1, 1, inputs, gates, hidden},
          memory::data_type::f32,
          memory::dims{all, all, stride, hidden, 1}};
}
memory::desc transposed_weights(int64_t inputs, int64_t gates, int64_t hidden) {
  const int64_t stride = good_stride(inputs), all = gates * hidden * stride;
  return {{1, 1, inputs, gates, hidden},
          memory::data_type::f32,
          memory::dims{all, all, 1, hidden * stride, stride}};
}

// How the memory of a run lies.
struct Layouts {
  explicit Layouts(const RunSize& s)
      : x(plain({s.steps, s.batch, s.inputs}, memory::format_tag::tnc)),
        y(plain({s.steps, s.batch, s.hidden}, memory::format_tag::tnc)),
        state(plain({1, 1, s.batch, s.hidden}, memory::format_tag::ldnc)),
        bias(plain({1, 1, bias_rows(s.cell), s.hidden}, memory::format_tag::ldgo)),
        input(padded_weights(s.inputs, gates(s.cell), s.hidden)),
        recurrent(padded_weights(s.hidden, gates(s.cell), s.hidden)),
        input_transposed(transposed_weights(s.inputs, gates(s.cell), s.hidden)),
        recurrent_transposed(transposed_weights(s.hidden, gates(s.cell), s.hidden)),
        input_gradient(plain({1, 1, s.inputs, gates(s.cell), s.hidden}, memory::format_tag::ldigo)),
        recurrent_gradient(
            plain({1, 1, s.hidden, gates(s.cell), s.hidden}, memory::format_tag::ldigo)) {}

  memory::desc x, y, state, bias, input, recurrent, input_transposed, recurrent_transposed,
      input_gradient, recurrent_gradient, workspace{}, scratch{}, backward_scratch{};
};

struct Primitives {
  explicit Primitives(const RunSize& size);

  Layouts layouts;
  dnnl::primitive forward, backward;

 private:
  // The activation of a vanilla RNN.
  template <typename Forward, typename Backward, typename... Activation>
  void make(bool training, Activation... activation);
};

template <typename Forward, typename Backward, typename... Activation>
void Primitives::make(bool training, Activation... activation) {
  Layouts& m = layouts;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const auto kind =
      training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  constexpr auto kBackward = dnnl::prop_kind::backward;
  const auto keep = [&](const auto& description, const auto& describe_back) {
    forward = Forward(description);
    m.scratch = description.scratchpad_desc();
    if (!training) return;
    m.workspace = description.workspace_desc();
    const auto back = describe_back(description);
    backward = Backward(back);
    m.backward_scratch = back.scratchpad_desc();
  };
  if constexpr (std::is_same_v<Forward, dnnl::lstm_forward>) {
    keep(describe<Forward>(attributes, kind, kDirection, m.x, m.state, m.state, m.input,
                           m.recurrent, m.bias, m.y, m.state, m.state),
         [&](const auto& description) {
           return describe_backward<Backward>(attributes, description, kBackward, kDirection, m.x,
                                              m.state, m.state, m.input_transposed,
                                              m.recurrent_transposed, m.bias, m.y, m.state, m.state,
                                              m.x, m.state, m.state, m.input_gradient,
                                              m.recurrent_gradient, m.bias, m.y, m.state, m.state);
         });
  } else {
    keep(describe<Forward>(attributes, kind, activation..., kDirection, m.x, m.state, m.input,
                           m.recurrent, m.bias, m.y, m.state),
         [&](const auto& description) {
           return describe_backward<Backward>(
               attributes, description, kBackward, activation..., kDirection, m.x, m.state,
               m.input_transposed, m.recurrent_transposed, m.bias, m.y, m.state, m.x, m.state,
               m.input_gradient, m.recurrent_gradient, m.bias, m.y, m.state);
         });
  }
}

Primitives::Primitives(const RunSize& size) : layouts(size) {
  switch (size.cell) {
    case Cell::kLstm:
      make<dnnl::lstm_forward, dnnl::lstm_backward>(size.training);
      break;
    case Cell::kGru:
      make<dnnl::gru_forward, dnnl::gru_backward>(size.training);
      break;
    case Cell::kLbrGru:
      make<dnnl::lbr_gru_forward, dnnl::lbr_gru_backward>(size.training);
      break;
    case Cell::kRnn:
      make<dnnl::vanilla_rnn_forward, dnnl::vanilla_rnn_backward>(size.training,
                                                                  dnnl::algorithm::eltwise_tanh);
      break;
  }
}

struct SizeHash {
  size_t operator()(const RunSize& s) const {
    return hash_of(
        {static_cast<int64_t>(s.cell), s.training, s.steps, s.batch, s.inputs, s.hidden});
  }
};

// Valid until the next call.
const Primitives& primitives(const RunSize& size) {
  constexpr size_t kKept = 256;  // some 0.1 MB each, made in 0.3 ms
  thread_local PrimitiveCache<RunSize, Primitives, SizeHash> cache(kKept);
  return cache.get(size, [](const RunSize& made) { return Primitives(made); });
}

struct Argument {
  int index;
  const memory::desc& layout;
  const void* data;
};

void add(Arguments& arguments, std::initializer_list<Argument> more) {
  for (const auto& [index, layout, data] : more)
    arguments.emplace(index, memory(layout, cpu(), const_cast<void*>(data)));
}

// What both directions read.
Arguments arguments_of(const Layouts& m, const RunSize& size, const Run& run, const float* bias) {
  Arguments arguments;
  add(arguments, {{DNNL_ARG_SRC_LAYER, m.x, run.x},
                  {DNNL_ARG_SRC_ITER, m.state, run.h},
                  {DNNL_ARG_BIAS, m.bias, bias},
                  {DNNL_ARG_DST_LAYER, m.y, run.y},
                  {DNNL_ARG_DST_ITER, m.state, run.last_h}});
  if (size.training) add(arguments, {{DNNL_ARG_WORKSPACE, m.workspace, run.workspace}});
  if (size.cell == Cell::kLstm)
    add(arguments,
        {{DNNL_ARG_SRC_ITER_C, m.state, run.c}, {DNNL_ARG_DST_ITER_C, m.state, run.last_c}});
  return arguments;
}

const void* bytes_for(Arena& arena, const memory::desc& layout) {
  return arena.array<std::byte>(static_cast<int64_t>(layout.get_size())).data();
}

}  // namespace

size_t workspace_bytes(const RunSize& size) {
  return size.training ? primitives(size).layouts.workspace.get_size() : 0;
}

void primitive_forward(Arena& arena, const RunSize& size, const Run& run,
                       const RunWeights& weights) {
  const Arena::Temporary temporary(arena);
  const Primitives& made = primitives(size);
  const Layouts& m = made.layouts;
  Arguments arguments = arguments_of(m, size, run, weights.bias);
  add(arguments, {{DNNL_ARG_WEIGHTS_LAYER, m.input, weights.input},
                  {DNNL_ARG_WEIGHTS_ITER, m.recurrent, weights.recurrent},
                  {DNNL_ARG_SCRATCHPAD, m.scratch, bytes_for(arena, m.scratch)}});
  made.forward.execute(stream(), arguments);
}

void primitive_backward(Arena& arena, const RunSize& size, const Run& run,
                        const RunWeights& weights, const RunGradients& d) {
  const Arena::Temporary temporary(arena);
  const Primitives& made = primitives(size);
  const Layouts& m = made.layouts;
  Arguments arguments = arguments_of(m, size, run, weights.bias);
  add(arguments, {{DNNL_ARG_WEIGHTS_LAYER, m.input_transposed, weights.input},
                  {DNNL_ARG_WEIGHTS_ITER, m.recurrent_transposed, weights.recurrent},
                  {DNNL_ARG_DIFF_DST_LAYER, m.y, d.y},
                  {DNNL_ARG_DIFF_DST_ITER, m.state, d.last_h},
                  {DNNL_ARG_DIFF_SRC_LAYER, m.x, d.x},
                  {DNNL_ARG_DIFF_SRC_ITER, m.state, d.h},
                  {DNNL_ARG_DIFF_WEIGHTS_LAYER, m.input_gradient, d.input},
                  {DNNL_ARG_DIFF_WEIGHTS_ITER, m.recurrent_gradient, d.recurrent},
                  {DNNL_ARG_DIFF_BIAS, m.bias, d.bias},
                  {DNNL_ARG_SCRATCHPAD, m.backward_scratch, bytes_for(arena, m.backward_scratch)}});
  if (size.cell == Cell::kLstm)
    add(arguments,
        {{DNNL_ARG_DIFF_DST_ITER_C, m.state, d.last_c}, {DNNL_ARG_DIFF_SRC_ITER_C, m.state, d.c}});
  made.backward.execute(stream(), arguments);
}

}  // namespace alinea::ops
