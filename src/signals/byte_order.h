// Numbers as files have them, in either order of their bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "support/error.h"

namespace alinea {

// The T whose bytes begin at `offset`. Throws Error where the bytes end before it does.
template <typename T>
T number_at(std::string_view bytes, size_t offset, std::endian order = std::endian::little) {
  static_assert(std::is_arithmetic_v<T> && std::endian::native == std::endian::little);
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
    throw Error("the data end early, after {} bytes", bytes.size());
  char raw[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i)
    raw[i] = bytes[offset + (order == std::endian::little ? i : sizeof(T) - 1 - i)];
  T value;
  std::memcpy(&value, raw, sizeof(T));
  return value;
}

}  // namespace alinea
