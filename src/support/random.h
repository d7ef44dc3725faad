// Pseudo-random numbers that are the same on every platform: xoshiro256** (Blackman & Vigna 2018),
// seeded by splitmix64. The whole state is four words, so that a run can be saved and resumed.
#pragma once

#include <array>
#include <cstdint>

namespace alinea {

class Random {
 public:
  using State = std::array<uint64_t, 4>;

  explicit Random(uint64_t seed);
  explicit Random(const State& state) : state_(state) {}

  uint64_t next();
  // Uniform in [0, 1), 24 bits.
  float uniform();

  const State& state() const { return state_; }

 private:
  State state_;
};

}  // namespace alinea
