#include "ops/convolution_primitive.h"

#include "ops/onednn.h"

namespace alinea::ops {

namespace {

using dnnl::memory;

constexpr auto kDirect = dnnl::algorithm::convolution_direct;

// How the memory of a convolution lies: channels innermost, kernels as the primitives like them.
struct ConvolutionLayouts {
  explicit ConvolutionLayouts(const ConvolutionSize& s)
      : x(plain({s.batch, s.inputs, s.height, s.width}, memory::format_tag::nhwc)),
        y(plain({s.batch, s.outputs, s.output_height(), s.output_width()},
                memory::format_tag::nhwc)),
        bias(plain({s.outputs}, memory::format_tag::a)),
        weight(plain({s.outputs, s.inputs, s.rows.kernel, s.columns.kernel},
                     memory::format_tag::hwio)),
        any(plain({s.outputs, s.inputs, s.rows.kernel, s.columns.kernel}, memory::format_tag::any)),
        strides{s.rows.stride, s.columns.stride},
        before{s.rows.before, s.columns.before},
        after{s.rows.after, s.columns.after} {}

  static memory::desc plain(const memory::dims& dims, memory::format_tag tag) {
    return {dims, memory::data_type::f32, tag};
  }

  memory::desc x, y, bias, weight, any;
  memory::dims strides, before, after;
};

// A convolution with kernels laid out anew, and the memory that it needs meanwhile.
struct LaidOutPrimitive {
  memory::desc weight, scratch;
  dnnl::reorder lay_out;
  dnnl::primitive compute;
};

struct ConvolutionPrimitives {
  ConvolutionPrimitives(const ConvolutionSize& size, bool has_bias, bool backward);

  ConvolutionLayouts layouts;
  LaidOutPrimitive primitive;

 private:
  template <typename Primitive, typename Description>
  void keep(const Description& description) {
    primitive.weight = description.weights_desc();
    primitive.scratch = description.scratchpad_desc();
    primitive.compute = Primitive(description);
    primitive.lay_out = dnnl::reorder(
        dnnl::reorder::primitive_desc(cpu(), layouts.weight, cpu(), primitive.weight));
  }
};

ConvolutionPrimitives::ConvolutionPrimitives(const ConvolutionSize& size, bool has_bias,
                                             bool backward)
    : layouts(size) {
  const ConvolutionLayouts& m = layouts;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  constexpr auto kForward = dnnl::prop_kind::forward_training;
  using Forward = dnnl::convolution_forward;
  const auto forward = has_bias ? describe<Forward>(attributes, kForward, kDirect, m.x, m.any,
                                                    m.bias, m.y, m.strides, m.before, m.after)
                                : describe<Forward>(attributes, kForward, kDirect, m.x, m.any, m.y,
                                                    m.strides, m.before, m.after);
  if (!backward) {
    keep<Forward>(forward);
    return;
  }
  using Backward = dnnl::convolution_backward_data;
  keep<Backward>(describe_backward<Backward>(attributes, forward, kDirect, m.x, m.any, m.y,
                                             m.strides, m.before, m.after));
}

struct ConvolutionKey {
  ConvolutionSize size;
  bool has_bias, backward;
  bool operator==(const ConvolutionKey&) const = default;
};

struct ConvolutionHash {
  size_t operator()(const ConvolutionKey& key) const {
    const ConvolutionSize& s = key.size;
    return hash_of({key.has_bias, key.backward, s.batch, s.height, s.width, s.inputs, s.outputs,
                    s.rows.kernel, s.rows.stride, s.rows.before, s.rows.after, s.columns.kernel,
                    s.columns.stride, s.columns.before, s.columns.after});
  }
};

// Valid until the next call.
const ConvolutionPrimitives& convolution_primitives(const ConvolutionKey& key) {
  constexpr size_t kKept = 256;  // made in some 0.3 ms
  thread_local PrimitiveCache<ConvolutionKey, ConvolutionPrimitives, ConvolutionHash> cache(kKept);
  return cache.get(key, [](const ConvolutionKey& made) {
    return ConvolutionPrimitives(made.size, made.has_bias, made.backward);
  });
}

memory memory_at(const memory::desc& layout, const void* data) {
  return {layout, cpu(), const_cast<void*>(data)};
}

memory memory_for(Arena& arena, const memory::desc& layout) {
  return memory_at(layout, arena.array<std::byte>(static_cast<int64_t>(layout.get_size())).data());
}

// Lays the kernels out, and computes with them and `arguments`.
void run_convolution(Arena& arena, const ConvolutionPrimitives& made, const float* weight,
                     std::unordered_map<int, memory> arguments) {
  const Arena::Temporary temporary(arena);
  const LaidOutPrimitive& primitive = made.primitive;
  memory plain = memory_at(made.layouts.weight, weight),
         laid_out = memory_for(arena, primitive.weight);
  primitive.lay_out.execute(stream(), plain, laid_out);
  arguments.emplace(DNNL_ARG_WEIGHTS, laid_out);
  arguments.emplace(DNNL_ARG_SCRATCHPAD, memory_for(arena, primitive.scratch));
  primitive.compute.execute(stream(), arguments);
}

}  // namespace

void convolve(Arena& arena, const ConvolutionSize& size, const float* x, const float* weight,
              const float* bias, float* y) {
  const ConvolutionKey key = {size, bias != nullptr, /*backward=*/false};
  const ConvolutionPrimitives& made = convolution_primitives(key);
  const ConvolutionLayouts& m = made.layouts;
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, memory_at(m.x, x)},
                                               {DNNL_ARG_DST, memory_at(m.y, y)}};
  if (bias != nullptr) arguments.emplace(DNNL_ARG_BIAS, memory_at(m.bias, bias));
  run_convolution(arena, made, weight, std::move(arguments));
}

void convolve_backward(Arena& arena, const ConvolutionSize& size, const float* dy,
                       const float* weight, float* dx) {
  const ConvolutionKey key = {size, /*has_bias=*/false, /*backward=*/true};
  const ConvolutionPrimitives& made = convolution_primitives(key);
  const ConvolutionLayouts& m = made.layouts;
  run_convolution(
      arena, made, weight,
      {{DNNL_ARG_DIFF_DST, memory_at(m.y, dy)}, {DNNL_ARG_DIFF_SRC, memory_at(m.x, dx)}});
}

}  // namespace alinea::ops
