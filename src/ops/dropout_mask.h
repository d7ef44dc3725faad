// The mask of inverted dropout: a function of a key and an index, so that it depends on no thread
// and is computed again, not kept, for the way back.
#pragma once

#include <bit>
#include <cstdint>

#include "autograd/parallel.h"
#include "autograd/tape.h"

namespace alinea::ops {

struct DropoutMask {
  DropoutMask(uint64_t key, float probability)
      : key_low(static_cast<uint32_t>(key)),
        key_high(static_cast<uint32_t>(key >> 32)),
        threshold(static_cast<uint32_t>(static_cast<double>(probability) * 0x1p32)),
        scale(1.0F / (1.0F - probability)) {}

  uint32_t key_low, key_high;
  uint32_t threshold;
  float scale;

  // 0 with the probability, else 1 / (1 - probability).
  float operator()(uint32_t i) const {
    uint32_t hash = i * 0x9e3779b9U + key_low;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bU;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35U + key_high;
    hash = (hash ^ (hash >> 16)) * 0x846ca68bU;
    hash ^= hash >> 15;
    // Without a branch, which would be mispredicted and keep the loops from vectorising.
    const uint32_t kept = 0U - static_cast<uint32_t>(hash >= threshold);
    return std::bit_cast<float>(kept & std::bit_cast<uint32_t>(scale));
  }
};

// The mask of a dropout that there is, or one that drops nothing.
struct MaybeMask {
  bool drops;
  DropoutMask mask;

  MaybeMask(Tape& tape, float probability)
      : drops(probability > 0 && tape.dropout() != nullptr),
        mask(drops ? tape.dropout()->next() : 0, drops ? probability : 0) {}

  // visit(i, factor) for elements [begin, end).
  template <typename Visit>
  void for_each(int64_t begin, int64_t end, Visit visit) const {
    if (drops) {
#pragma omp simd
      for (int64_t i = begin; i < end; ++i) visit(i, mask(static_cast<uint32_t>(i)));
    } else {
#pragma omp simd
      for (int64_t i = begin; i < end; ++i) visit(i, 1.0F);
    }
  }
  template <typename Visit>
  void for_all_rows(int64_t rows, int64_t columns, Visit visit) const {
#pragma omp parallel for if (parallel : rows * columns > kWorthThreads)
    for (int64_t r = 0; r < rows; ++r) for_each(r * columns, (r + 1) * columns, visit);
  }
};

}  // namespace alinea::ops
