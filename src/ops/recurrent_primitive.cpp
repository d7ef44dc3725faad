#include "ops/recurrent_primitive.h"

#include <functional>
#include <initializer_list>

namespace alinea::ops {

namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Arguments = std::unordered_map<int, memory>;

memory::desc plain(const memory::dims& dims, Tag tag) {
  return {dims, memory::data_type::f32, tag};
}

struct SizeHash {
  size_t operator()(const RecurrentSize& size) const {
    return hash_of({static_cast<int64_t>(size.cell), size.training, size.steps, size.batch,
                    size.inputs, size.hidden});
  }
};

constexpr auto kDirection = dnnl::rnn_direction::unidirectional_left2right;

}  // namespace

struct RecurrentPrimitive::Layouts {
  explicit Layouts(const RecurrentSize& s)
      : x(plain({s.steps, s.batch, s.inputs}, Tag::tnc)),
        y(plain({s.steps, s.batch, s.hidden}, Tag::tnc)),
        state(plain({1, 1, s.batch, s.hidden}, Tag::ldnc)),
        input(plain({1, 1, s.inputs, gates(s.cell), s.hidden}, Tag::ldigo)),
        recurrent(plain({1, 1, s.hidden, gates(s.cell), s.hidden}, Tag::ldigo)),
        input_transposed(plain({1, 1, s.inputs, gates(s.cell), s.hidden}, Tag::ldgoi)),
        recurrent_transposed(plain({1, 1, s.hidden, gates(s.cell), s.hidden}, Tag::ldgoi)),
        bias(plain({1, 1, bias_rows(s.cell), s.hidden}, Tag::ldgo)) {}

  memory::desc x, y, state, input, recurrent, input_transposed, recurrent_transposed, bias;
};

template <typename Forward, typename Backward>
void RecurrentPrimitive::make(const Layouts& m) {
  constexpr bool kHasCell = std::is_same_v<Forward, dnnl::lstm_forward>;
  const auto kind =
      size_.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);

  const auto forward = [&] {
    if constexpr (kHasCell) {
      return describe<Forward>(attributes, kind, kDirection, m.x, m.state, m.state, m.input,
                               m.recurrent, m.bias, m.y, m.state, m.state);
    } else {
      return describe<Forward>(attributes, kind, kDirection, m.x, m.state, m.input, m.recurrent,
                               m.bias, m.y, m.state);
    }
  }();
  forward_ = Forward(forward);
  forward_description_ = forward;
  if (!size_.training) return;

  const auto backward = [&] {
    constexpr auto kBackward = dnnl::prop_kind::backward;
    if constexpr (kHasCell) {
      return describe_backward<Backward>(forward, attributes, kBackward, kDirection, m.x, m.state,
                                         m.state, m.input_transposed, m.recurrent_transposed,
                                         m.bias, m.y, m.state, m.state, m.x, m.state, m.state,
                                         m.input, m.recurrent, m.bias, m.y, m.state, m.state);
    } else {
      return describe_backward<Backward>(forward, attributes, kBackward, kDirection, m.x, m.state,
                                         m.input_transposed, m.recurrent_transposed, m.bias, m.y,
                                         m.state, m.x, m.state, m.input, m.recurrent, m.bias, m.y,
                                         m.state);
    }
  }();
  backward_ = Backward(backward);
  backward_description_ = backward;
}

RecurrentPrimitive::RecurrentPrimitive(const RecurrentSize& size) : size_(size) {
  const Layouts layouts(size);
  switch (size.cell) {
    case Cell::kLstm:
      make<dnnl::lstm_forward, dnnl::lstm_backward>(layouts);
      break;
    case Cell::kGru:
      make<dnnl::gru_forward, dnnl::gru_backward>(layouts);
      break;
    case Cell::kLbrGru:
      make<dnnl::lbr_gru_forward, dnnl::lbr_gru_backward>(layouts);
      break;
  }
}

namespace {

memory memory_at(const memory::desc& description, void* data) { return {description, cpu(), data}; }

// What both directions read, in the layout that each asks for.
Arguments forward_arguments(Cell cell, const dnnl::primitive_desc_base& description,
                            const RecurrentForward& p) {
  const auto argument = [&](int index, void* data) {
    return memory_at(description.query_md(dnnl::query::exec_arg_md, index), data);
  };
  Arguments arguments;
  for (const auto& [index, data] :
       std::initializer_list<std::pair<int, void*>>{{DNNL_ARG_SRC_LAYER, p.x},
                                                    {DNNL_ARG_SRC_ITER, p.h},
                                                    {DNNL_ARG_WEIGHTS_LAYER, p.input},
                                                    {DNNL_ARG_WEIGHTS_ITER, p.recurrent},
                                                    {DNNL_ARG_BIAS, p.bias},
                                                    {DNNL_ARG_DST_LAYER, p.y},
                                                    {DNNL_ARG_DST_ITER, p.last_h}})
    arguments.emplace(index, argument(index, data));
  if (cell == Cell::kLstm) {
    arguments.emplace(DNNL_ARG_SRC_ITER_C, argument(DNNL_ARG_SRC_ITER_C, p.c));
    arguments.emplace(DNNL_ARG_DST_ITER_C, argument(DNNL_ARG_DST_ITER_C, p.last_c));
  }
  return arguments;
}

void add_workspace(Arguments& arguments, const dnnl::primitive_desc_base& description,
                   std::byte* workspace) {
  thread_local Arena scratch;  // needed during one execution only
  scratch.reset();
  const auto scratchpad = description.query_md(dnnl::query::scratchpad_md);
  const auto bytes = static_cast<int64_t>(scratchpad.get_size());
  arguments.emplace(DNNL_ARG_SCRATCHPAD,
                    memory_at(scratchpad, scratch.array<std::byte>(bytes).data()));
  if (workspace != nullptr)
    arguments.emplace(DNNL_ARG_WORKSPACE,
                      memory_at(description.query_md(dnnl::query::workspace_md), workspace));
}

}  // namespace

size_t RecurrentPrimitive::workspace_bytes() const {
  return size_.training ? forward_description_->query_md(dnnl::query::workspace_md).get_size() : 0;
}

void RecurrentPrimitive::forward(const RecurrentForward& pointers) {
  Arguments arguments = forward_arguments(size_.cell, *forward_description_, pointers);
  add_workspace(arguments, *forward_description_, pointers.workspace);
  forward_.execute(stream(), arguments);
}

void RecurrentPrimitive::backward(const RecurrentBackward& p) {
  Arguments arguments = forward_arguments(size_.cell, *backward_description_, p.forward);
  const auto add = [&](int index, void* data) {
    arguments.emplace(
        index, memory_at(backward_description_->query_md(dnnl::query::exec_arg_md, index), data));
  };
  add(DNNL_ARG_DIFF_SRC_LAYER, p.dx);
  add(DNNL_ARG_DIFF_SRC_ITER, p.dh);
  add(DNNL_ARG_DIFF_WEIGHTS_LAYER, p.dinput);
  add(DNNL_ARG_DIFF_WEIGHTS_ITER, p.drecurrent);
  add(DNNL_ARG_DIFF_BIAS, p.dbias);
  add(DNNL_ARG_DIFF_DST_LAYER, p.dy);
  add(DNNL_ARG_DIFF_DST_ITER, p.dlast_h);
  if (size_.cell == Cell::kLstm) {
    add(DNNL_ARG_DIFF_SRC_ITER_C, p.dc);
    add(DNNL_ARG_DIFF_DST_ITER_C, p.dlast_c);
  }
  add_workspace(arguments, *backward_description_, p.forward.workspace);
  backward_.execute(stream(), arguments);
}

RecurrentPrimitive& recurrent_primitive(const RecurrentSize& size) {
  constexpr size_t kKept = 128;  // some 0.2 MB each
  thread_local PrimitiveCache<RecurrentSize, RecurrentPrimitive, SizeHash> cache(kKept);
  return cache.get(size, [](const RecurrentSize& made) { return RecurrentPrimitive(made); });
}

}  // namespace alinea::ops
