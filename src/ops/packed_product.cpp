#include "ops/packed_product.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "autograd/parallel.h"
#include "ops/bf16.h"
#include "ops/onednn.h"
#include "ops/row_math.h"
#include "ops/weight_copies.h"

namespace alinea::ops {

namespace {

using dnnl::memory;
using Type = memory::data_type;

struct PackedKey {
  Precision precision;
  int64_t rows, outputs, inputs;
  bool bias, add;
  bool operator==(const PackedKey&) const = default;
};

struct PackedHash {
  size_t operator()(const PackedKey& key) const {
    return hash_of({static_cast<int64_t>(key.precision), key.bias, key.add, key.rows, key.outputs,
                    key.inputs});
  }
};

// One product, and how it wants its sides.
struct PackedMatmul {
  memory::desc x, weights, bias, y;
  dnnl::matmul primitive;
  int64_t layout = 0;  // of the weights, by layout_number
};

// Equal layouts of weights have equal numbers. A product of another number of rows may want the
// same weights in another layout, in 8 bits above all.
int64_t layout_number(const memory::desc& description) {
  static std::mutex mutex;
  static std::vector<memory::desc> known;
  const std::scoped_lock lock(mutex);
  const auto number = std::ranges::find(known, description) - known.begin();
  if (number == std::ssize(known)) known.push_back(description);
  return number;
}

Type type_of(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return Type::bf16;
    case Precision::kInt8:
      return Type::s8;
    case Precision::kF32:
      break;
  }
  return Type::f32;
}

PackedMatmul make_packed(const PackedKey& key) {
  using Tag = memory::format_tag;
  PackedMatmul made{{{key.rows, key.inputs}, type_of(key.precision), Tag::ab},
                    {{key.inputs, key.outputs}, type_of(key.precision), Tag::any},
                    {},
                    {{key.rows, key.outputs}, Type::f32, Tag::ab},
                    {}};
  if (key.bias) made.bias = {{1, key.outputs}, Type::f32, Tag::ab};
  const dnnl::primitive_attr attributes = summed(key.add);
  const auto description = [&] {
    return key.bias ? describe<dnnl::matmul>(attributes, made.x, made.weights, made.bias, made.y)
                    : describe<dnnl::matmul>(attributes, made.x, made.weights, made.y);
  };
  const auto chosen = description();
  made.weights = chosen.weights_desc();
  if (made.weights != memory::desc({key.inputs, key.outputs}, Type::f32, Tag::ab)) {
    made.primitive = dnnl::matmul(chosen);
    return made;
  }
  // Without a layout of its own, as on AVX2, it is the distance of the rows that counts.
  made.weights = {{key.inputs, key.outputs}, Type::f32, memory::dims{good_stride(key.outputs), 1}};
  made.primitive = dnnl::matmul(description());
  return made;
}

const PackedMatmul& packed_matmul(const PackedKey& key) {
  constexpr size_t kKept = 256;  // an encoder has one for each number of sentences
  thread_local PrimitiveCache<PackedKey, PackedMatmul, PackedHash> cache(kKept);
  return cache.get(key, [](const PackedKey& wanted) {
    PackedMatmul made = make_packed(wanted);
    made.layout = layout_number(made.weights);
    return made;
  });
}

// Where a part lies in its weights, as [inputs, outputs].
struct PlainPart {
  const float* data;
  int64_t input_stride, output_stride;
};

PlainPart plain(const WeightPart& part) {
  const float* first = part.weight.value() + part.first;
  return part.transposed ? PlainPart{first, 1, part.stride} : PlainPart{first, part.stride, 1};
}

constexpr float kLargest = 127;  // of an 8-bit integer, on both sides

float scale_of(float largest) { return largest > 0 ? largest / kLargest : 1.0F; }

// Rounds the columns to integers [inputs, outputs]; their scales come out.
std::vector<int8_t> quantize_columns(const WeightPart& part, float* scales) {
  const auto [data, input_stride, output_stride] = plain(part);
  std::fill_n(scales, part.outputs, 0.0F);
  for (int64_t i = 0; i < part.inputs; ++i)
    for (int64_t o = 0; o < part.outputs; ++o)
      scales[o] = std::max(scales[o], std::abs(data[i * input_stride + o * output_stride]));
  for (int64_t o = 0; o < part.outputs; ++o) scales[o] = scale_of(scales[o]);
  std::vector<int8_t> integers(static_cast<size_t>(part.inputs * part.outputs));
  for (int64_t i = 0; i < part.inputs; ++i)
    for (int64_t o = 0; o < part.outputs; ++o)
      integers[i * part.outputs + o] = static_cast<int8_t>(
          std::nearbyint(data[i * input_stride + o * output_stride] / scales[o]));
  return integers;
}

// A part as it is multiplied with: its scales first (kInt8), then the weights.
struct PackedWeights {
  const float* scales;
  void* data;
};

size_t scale_bytes(const WeightPart& part, Precision precision) {
  constexpr size_t kAlignment = 64;
  if (precision != Precision::kInt8) return 0;
  const size_t bytes = static_cast<size_t>(part.outputs) * sizeof(float);
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

void pack(const WeightPart& part, Precision precision, const memory::desc& description,
          std::byte* to) {
  memory packed(description, cpu(), to + scale_bytes(part, precision));
  const auto reorder = [&](memory from) {
    dnnl::reorder(from, packed).execute(stream(), from, packed);
  };
  const memory::dims size = {part.inputs, part.outputs};
  if (precision == Precision::kInt8) {
    std::vector<int8_t> integers = quantize_columns(part, reinterpret_cast<float*>(to));
    return reorder({{size, Type::s8, memory::format_tag::ab}, cpu(), integers.data()});
  }
  const auto [data, input_stride, output_stride] = plain(part);
  reorder({{size, Type::f32, memory::dims{input_stride, output_stride}},
           cpu(),
           const_cast<float*>(data)});
}

PackedWeights packed_weights(const WeightPart& part, Precision precision,
                             const PackedMatmul& matmul) {
  const Parameter& parameter = *part.weight.parameter();
  const int64_t parts = 2 * part.weight.elements(),
                number = 2 * part.first + (part.transposed ? 1 : 0);
  Parameter::Packed& packed = parameter.packed(matmul.layout * parts + number);
  const std::scoped_lock lock(packed.mutex);
  const size_t before = scale_bytes(part, precision);
  if (packed.version != parameter.version()) {
    pack(part, precision, matmul.weights, packed.resize(before + matmul.weights.get_size()));
    packed.version = parameter.version();
  }
  return {reinterpret_cast<const float*>(packed.bytes()), packed.bytes() + before};
}

struct QuantizedRows {
  int8_t* integers;  // [rows, columns]
  float* scales;     // [rows]
};

QuantizedRows quantize_rows(Arena& arena, const WeightProduct& p, int64_t columns) {
  const int64_t rows = p.rows;
  const QuantizedRows quantized{arena.array<int8_t>(rows * columns).data(),
                                arena.floats(rows).data()};
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = p.x + r * p.x_stride;
    int8_t* integers = quantized.integers + r * columns;
    float largest = 0;
#pragma omp simd reduction(max : largest)
    for (int64_t c = 0; c < columns; ++c) largest = std::max(largest, std::abs(row[c]));
    quantized.scales[r] = scale_of(largest);
    const float factor = 1 / quantized.scales[r];
#pragma omp simd
    for (int64_t c = 0; c < columns; ++c)
      integers[c] = static_cast<int8_t>(std::nearbyint(row[c] * factor));
  }
  return quantized;
}

void execute(const PackedMatmul& matmul, void* x, void* weights, const float* bias, float* y) {
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, {matmul.x, cpu(), x}},
                                               {DNNL_ARG_WEIGHTS, {matmul.weights, cpu(), weights}},
                                               {DNNL_ARG_DST, {matmul.y, cpu(), y}}};
  if (bias != nullptr)
    arguments.emplace(DNNL_ARG_BIAS, memory(matmul.bias, cpu(), const_cast<float*>(bias)));
  matmul.primitive.execute(stream(), arguments);
}

void multiply_int8(Arena& arena, const WeightPart& part, const WeightProduct& p) {
  const PackedKey key{Precision::kInt8, p.rows,         part.outputs,
                      part.inputs,      /*bias=*/false, /*add=*/false};
  const PackedMatmul& matmul = packed_matmul(key);
  const PackedWeights weights = packed_weights(part, Precision::kInt8, matmul);
  const QuantizedRows x = quantize_rows(arena, p, part.inputs);
  const bool apart = p.add || p.y_stride != part.outputs;
  float* sums = apart ? arena.floats(p.rows * part.outputs).data() : p.y;
  execute(matmul, x.integers, weights.data, nullptr, sums);
#pragma omp parallel for if (parallel : p.rows * part.outputs > kWorthThreads)
  for (int64_t r = 0; r < p.rows; ++r) {
    const float* sum = sums + r * part.outputs;
    float* y = p.y + r * p.y_stride;
    const float* begin = p.add ? y : p.bias;
    const float factor = x.scales[r];
    if (begin == nullptr) {
#pragma omp simd
      for (int64_t o = 0; o < part.outputs; ++o) y[o] = sum[o] * factor * weights.scales[o];
    } else {
#pragma omp simd
      for (int64_t o = 0; o < part.outputs; ++o)
        y[o] = begin[o] + sum[o] * factor * weights.scales[o];
    }
  }
}

}  // namespace

// Many rows in 32 bits gain nothing, and there are many numbers of them.
bool is_packed(const Tape& tape, const Variable& weight, int64_t rows) {
  constexpr int64_t kManyRows = 512;
  const Parameter* parameter = weight.parameter();
  if (tape.recording() || parameter == nullptr || !parameter->gradient().empty()) return false;
  return rows > 0 && (rows <= kManyRows || parameter->precision() != Precision::kF32);
}

void multiply_packed(Arena& arena, const WeightPart& part, const WeightProduct& p) {
  const Arena::Temporary temporary(arena);
  const Precision precision = part.weight.parameter()->precision();
  if (precision == Precision::kInt8) return multiply_int8(arena, part, p);
  const bool dense = p.y_stride == part.outputs;
  const PackedKey key{precision,         p.rows,        part.outputs, part.inputs,
                      p.bias != nullptr, dense && p.add};
  const PackedMatmul& matmul = packed_matmul(key);
  const PackedWeights weights = packed_weights(part, precision, matmul);
  void* x = const_cast<float*>(p.x);
  if (precision == Precision::kBf16) {
    x = const_cast<Bf16*>(rounded_rows(arena, p.x, p.rows, part.inputs, p.x_stride).data);
  } else if (p.x_stride != part.inputs) {
    float* dense_x = arena.floats(p.rows * part.inputs).data();
    for (int64_t r = 0; r < p.rows; ++r)
      std::copy_n(p.x + r * p.x_stride, part.inputs, dense_x + r * part.inputs);
    x = dense_x;
  }
  if (dense) return execute(matmul, x, weights.data, p.bias, p.y);
  float* y = arena.floats(p.rows * part.outputs).data();
  execute(matmul, x, weights.data, p.bias, y);
#pragma omp parallel for if (parallel : p.rows * part.outputs > kWorthThreads)
  for (int64_t r = 0; r < p.rows; ++r) {
    const float* from = y + r * part.outputs;
    float* to = p.y + r * p.y_stride;
    if (p.add) {
      add_scaled(1, from, to, part.outputs);
    } else {
      std::copy_n(from, part.outputs, to);
    }
  }
}

}  // namespace alinea::ops
