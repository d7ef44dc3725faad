#include "ops/weight_product.h"

#include <algorithm>
#include <stdexcept>

#include "ops/bf16.h"
#include "ops/engine.h"
#include "ops/onednn.h"
#include "ops/packed_product.h"
#include "ops/weight_copies.h"
#include "support/error.h"

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
  return part.turned ? Transpose::kYes : Transpose::kNo;
}

// Products of so few rows are those of a step, of which there are many: a copy of the weights pays.
constexpr int64_t kStepRows = 128;

// The weights of a product of so many rows, as they are or by a copy.
FloatView matrix_of(Tape& tape, const WeightPart& part, int64_t rows) {
  if (part.turned || rows > kStepRows)
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

// The same numbers turned over.
WeightPart turned_over(const WeightPart& part) {
  return {part.weight, part.outputs, part.inputs, part.stride, part.first, !part.turned};
}

struct Named {
  const char* name;
  Precision precision;
  dnnl::cpu_isa needs;
  bool learns;  // whether weights can
};

constexpr Named kPrecisions[] = {
    {"f32", Precision::kF32, dnnl::cpu_isa::sse41, true},
    {"bf16", Precision::kBf16, dnnl::cpu_isa::avx512_core_bf16, true},
    {"int8", Precision::kInt8, dnnl::cpu_isa::avx512_core_vnni, false}};

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

void multiply_back(Tape& tape, const WeightPart& part, const WeightProduct& product) {
  const WeightPart back = turned_over(part);
  if (is_rounded(part.weight)) {
    multiply_rounded(tape.arena(), back, product);
  } else if (back.turned && product.rows <= kStepRows) {
    const auto [data, stride, transpose] = transposed(tape, part.weight);
    multiply_by({data + part.first * stride, stride, transpose}, back, product);
  } else {
    multiply_by(matrix_of(tape, back, product.rows), back, product);
  }
}

std::vector<std::string> precision_names() {
  std::vector<std::string> names;
  for (const Named& each : kPrecisions) names.emplace_back(each.name);
  return names;
}

std::vector<std::string> learning_precision_names() {
  std::vector<std::string> names;
  for (const Named& each : kPrecisions)
    if (each.learns) names.emplace_back(each.name);
  return names;
}

Precision precision_from_name(const std::string& name) {
  const auto* found = std::ranges::find(kPrecisions, name, &Named::name);
  if (found == std::end(kPrecisions)) throw std::invalid_argument("no precision is called " + name);
  // The instruction sets are ordered, each with all of those before it.
  if (dnnl::get_effective_cpu_isa() < found->needs)
    throw Error(
        "--precision {} requires a CPU with instructions for it, this one has {}: leave it out",
        name, instruction_set());
  return found->precision;
}

}  // namespace alinea::ops
