// A random order that takes no memory, the same on every platform.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <random>
#include <utility>

#include "support/random.h"

namespace alinea {

// The numbers 0 ... size - 1 in the order of a cipher (Black & Rogaway 2002, "Ciphers with
// Arbitrary Finite Domains"): a Feistel network, keyed by the generator, permutes all numbers of an
// even count of bits, and where it leads to one that is no place it goes on from there until it
// comes back.
class Permutation {
 public:
  Permutation(int64_t size, std::mt19937_64& random)
      : size_(static_cast<uint64_t>(size)),
        half_bits_((std::bit_width(std::max(size_, kLeastDomain) - 1) + 1) / 2) {
    for (uint64_t& key : keys_) key = random();
  }

  // Which number comes at a place, both below size.
  int64_t operator()(int64_t place) const {
    auto number = static_cast<uint64_t>(place);
    do {
      number = encipher(number);
    } while (number >= size_);
    return static_cast<int64_t>(number);
  }

 private:
  static constexpr size_t kRounds = 6;
  // In a smaller one, even 12 rounds make some orders more likely.
  static constexpr uint64_t kLeastDomain = 256;

  uint64_t encipher(uint64_t number) const {
    const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
    uint64_t left = number >> half_bits_, right = number & mask;
    for (const uint64_t key : keys_) left = std::exchange(right, left ^ (mix(key ^ right) & mask));
    return left << half_bits_ | right;
  }

  uint64_t size_;
  uint64_t half_bits_;
  std::array<uint64_t, kRounds> keys_{};
};

}  // namespace alinea
