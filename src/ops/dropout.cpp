#include "ops/dropout.h"

#include <bit>

#include "autograd/parallel.h"

namespace alinea::ops {

namespace {

struct Mask {
  uint32_t key_low, key_high;
  uint32_t threshold;
  float scale;

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

}  // namespace

Variable dropout(Tape& tape, const Variable& x, float probability) {
  if (probability == 0 || tape.dropout() == nullptr) return x;
  const OperationTimer timer(tape, "dropout");
  const uint64_t key = tape.dropout()->next();
  const Mask mask{static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32),
                  static_cast<uint32_t>(static_cast<double>(probability) * 0x1p32),
                  1.0F / (1.0F - probability)};
  Variable y = tape.result(x.shape(), {x});
  const int64_t count = x.elements();
  const float* in = x.value();
  float* out = y.value();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
  for (int64_t i = 0; i < count; ++i) out[i] = in[i] * mask(static_cast<uint32_t>(i));

  tape.record([=] {
    if (!y.has_gradient() || !x.requires_gradient()) return;
    const float* dy = y.gradient();
    float* dx = x.gradient();
#pragma omp parallel for simd if (parallel : count > kWorthThreads)
    for (int64_t i = 0; i < count; ++i) dx[i] += dy[i] * mask(static_cast<uint32_t>(i));
  });
  return y;
}

}  // namespace alinea::ops
