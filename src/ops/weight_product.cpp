#include "ops/weight_product.h"

#include <algorithm>

#include "ops/bf16.h"
#include "ops/cpu_info.h"
#include "ops/onednn.h"
#include "ops/packed_product.h"
#include "ops/weight_copies.h"
#include "support/name_table.h"

namespace alinea::ops {

namespace {

const Bf16* rounded(const Parameter& weight) {
  const auto make = [](const Parameter& of, std::byte* copy) {
    const int64_t count = of.shape().elements();
    round_rows(of.value().data(), 1, count, count, reinterpret_cast<Bf16*>(copy));
  };
  return reinterpret_cast<const Bf16*>(weight.copy(make, weight.value().size() * sizeof(Bf16)));
}

Transpose transpose_of(const WeightPart& part) {
  return part.transposed ? Transpose::kYes : Transpose::kNo;
}

// Products of so few rows are those of a step, of which there are many: a copy of the weights pays.
constexpr int64_t kStepRows = 128;

// The weights of a product of so many rows, as they are or by a copy.
FloatView matrix_of(Tape& tape, const WeightPart& part, int64_t rows) {
  if (part.transposed || rows > kStepRows)
    return {part.weight.value() + part.first, part.stride, transpose_of(part)};
  const auto [data, stride, transpose] = padded(tape, part.weight);
  return {data + part.first, stride, transpose};
}

void multiply_rounded(Arena& arena, const WeightPart& part, const WeightProduct& p) {
  const Arena::Temporary temporary(arena);
  gemm({p.rows, part.outputs, part.inputs},
       rounded_rows(arena, p.x, p.rows, part.inputs, p.x_stride),
       {rounded(*part.weight.parameter()) + part.first, part.stride, transpose_of(part)},
       {p.y, p.y_stride, p.add}, p.bias);
}

void multiply_by(const FloatView& weights, const WeightPart& part, const WeightProduct& p) {
  gemm({p.rows, part.outputs, part.inputs}, {p.x, p.x_stride}, weights, {p.y, p.y_stride, p.add},
       p.bias);
}

// The same numbers transposed.
WeightPart part_transposed(const WeightPart& part) {
  return {part.weight, part.outputs, part.inputs, part.stride, part.first, !part.transposed};
}

struct Numbers {
  Precision precision;
  dnnl::cpu_isa needs;
  bool learns;  // whether weights can
};

const NameTable<Numbers> kPrecisions(
    "precision", {{"f32", {Precision::kF32, dnnl::cpu_isa::sse41, true}},
                  {"bf16", {Precision::kBf16, dnnl::cpu_isa::avx512_core_bf16, true}},
                  {"int8", {Precision::kInt8, dnnl::cpu_isa::avx512_core_vnni, false}}});

}  // namespace

bool is_rounded(const Variable& weight) {
  const Parameter* parameter = weight.parameter();
  return parameter != nullptr && parameter->precision() == Precision::kBf16;
}

void multiply(Tape& tape, const WeightPart& part, const WeightProduct& product) {
  if (is_packed(tape, part.weight, product.rows)) {
    multiply_packed(tape.arena(), part, product);
  } else if (is_rounded(part.weight)) {
    multiply_rounded(tape.arena(), part, product);
  } else {
    multiply_by(matrix_of(tape, part, product.rows), part, product);
  }
}

void multiply_backward(Tape& tape, const WeightPart& part, const WeightProduct& product) {
  const WeightPart back = part_transposed(part);
  if (is_rounded(part.weight)) {
    multiply_rounded(tape.arena(), back, product);
  } else if (back.transposed && product.rows <= kStepRows) {
    const auto [data, stride, transpose] = transposed(tape, part.weight);
    multiply_by({data + part.first * stride, stride, transpose}, back, product);
  } else {
    multiply_by(matrix_of(tape, back, product.rows), back, product);
  }
}

std::vector<std::string> precision_names() { return kPrecisions.names(); }

std::vector<std::string> learning_precision_names() {
  std::vector<std::string> names = precision_names();
  std::erase_if(names, [](const std::string& name) { return !kPrecisions[name].learns; });
  return names;
}

Precision precision_from_name(const std::string& name) {
  const Numbers& found = kPrecisions[name];
  // The instruction sets are ordered, each with all of those before it.
  if (dnnl::get_effective_cpu_isa() < found.needs)
    throw Error(
        "precision {} requires a CPU with instructions for it, this one has {}: leave it out", name,
        instruction_set());
  return found.precision;
}

}  // namespace alinea::ops
