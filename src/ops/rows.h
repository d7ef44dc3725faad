// Operations that move rows or columns and compute nothing.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// A row of zeros in gather_rows.
inline constexpr int64_t kNoRow = -1;

// y_i = x_{indices_i} for x [R, C] (any leading axes, taken together) -> y [indices, C].
// A row may be taken several times, or never; kNoRow gives zeros.
Variable gather_rows(Tape& tape, const Variable& x, std::span<const int64_t> indices);

// [a; b; ...] on the last axis; the leading axes agree in size.
Variable concatenate(Tape& tape, std::span<const Variable> parts);
inline Variable concatenate(Tape& tape, std::initializer_list<Variable> parts) {
  return concatenate(tape, std::span(parts.begin(), parts.size()));
}

// x [..., C] -> [..., count]: columns [first, first + count) of x, with zeros behind its last one.
Variable columns(Tape& tape, const Variable& x, int64_t first, int64_t count);

// One below the other on the first axis: parts [R_i, C] -> [sum of R_i, C].
Variable stack(Tape& tape, std::span<const Variable> parts);

// Row ids_i of table [V, E] -> [ids, E]; a negative id (padding) gives zeros.
Variable embed(Tape& tape, const Variable& table, std::span<const int32_t> ids);

}  // namespace alinea::ops
