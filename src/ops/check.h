// What every operation asks of its arguments.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>

#include "tensor/shape.h"

namespace alinea::ops {

// A wrong shape here is a mistake in the program, not in its input.
inline void check(bool holds, const char* operation, const char* what, int64_t expected,
                  int64_t came) {
  if (!holds)
    throw std::logic_error(
        fmt::format("{}: expected {} to be {}, got {}", operation, what, expected, came));
}

// The shape with another last axis.
inline Shape with_columns(const Shape& shape, int64_t columns) {
  switch (shape.rank()) {
    case 1:
      return {columns};
    case 2:
      return {shape[0], columns};
    case 3:
      return {shape[0], shape[1], columns};
    default:
      return {shape[0], shape[1], shape[2], columns};
  }
}

}  // namespace alinea::ops
