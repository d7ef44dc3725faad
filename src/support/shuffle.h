// Random orders that are the same on every platform.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace alinea {

// One generator of the many that a seed has.
inline std::mt19937_64 generator(uint64_t seed, uint64_t number) {
  std::seed_seq sequence{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                         static_cast<uint32_t>(number), static_cast<uint32_t>(number >> 32)};
  return std::mt19937_64(sequence);
}

// Uniform in [0, bound): draws from the uneven rest of the range are thrown away.
inline uint64_t draw(std::mt19937_64& random, uint64_t bound) {
  const uint64_t limit = std::mt19937_64::max() - std::mt19937_64::max() % bound;
  uint64_t value = random();
  while (value >= limit) value = random();
  return value % bound;
}

// Fisher-Yates; the standard library's shuffle may differ from one platform to the next.
template <typename Item>
void shuffle(std::vector<Item>& items, std::mt19937_64& random) {
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[draw(random, i)]);
}

}  // namespace alinea
