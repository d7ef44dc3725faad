// Pseudo-random numbers that are the same on every platform: xoshiro256** (Blackman & Vigna 2018),
// seeded by splitmix64. The whole state is four words, so that a run can be saved and resumed.
#pragma once

#include <array>
#include <cstdint>

namespace alinea {

// All bits of the result depend on all of the number: splitmix64's last step.
inline uint64_t mix(uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

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
