// A hash of bytes that is the same on every platform: FNV-1a.
#pragma once

#include <cstdint>
#include <string_view>

namespace alinea {

inline constexpr uint64_t kHashOfNothing = 0xcbf29ce484222325U;

// Of bytes behind those that have the hash `before`.
inline uint64_t hash_of(std::string_view bytes, uint64_t before = kHashOfNothing) {
  uint64_t hash = before;
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3U;
  return hash;
}

}  // namespace alinea
