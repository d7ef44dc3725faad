// Location-aware attention (Chorowski, Bahdanau, Serdyuk, Cho & Bengio 2015, "Attention-based
// models for speech recognition", section 2.1): attention knows where it looked at the step before,
//
//   f_t = F * α_{t-1}                  k filters over 2r+1 positions, 0 outside, equation 8
//
// and every score sees f_ts in the key that it compares its query with: k_s + U f_ts in the place
// of k_s. For the additive score that is the paper's U f inside the tanh (equation 9). α_0 is 1 at
// the first position.
#pragma once

#include <string>
#include <vector>

#include "layers/linear.h"
#include "ops/convolution.h"
#include "ops/rows.h"
#include "ops/sum.h"

namespace alinea {

class LocationAware {
 public:
  // Parameters: `prefix`.filters.weight [2r+1, 1, k] and `prefix`.filters.key.weight [k, key_size].
  LocationAware(ParameterStore& store, const std::string& prefix, int64_t filters, int64_t width,
                int64_t key_size)
      : width_(width),
        filters_(store.add(prefix + ".filters.weight", {2 * width + 1, 1, filters},
                           glorot_limit(2 * width + 1, filters))),
        key_(store, prefix + ".filters.key", filters, key_size, Bias::kNone) {}

  // keys [N, S, A], previous = α_{t-1} [N, W, S] -> the keys of each query, [N * W, S, A]
  Variable keys(Tape& tape, const Variable& keys, const Variable& previous) const {
    const int64_t batch = previous.shape()[0], width = previous.shape()[1],
                  positions = previous.shape()[2], size = keys.columns();
    const Variable filtered =
        ops::convolution(tape, previous.reshaped({batch * width, positions, 1}), tape.use(filters_),
                         {}, {2 * width_ + 1, 1, width_, width_});
    const Variable shift = key_(tape, filtered);  // U f, [N * W, S, A]
    if (width == 1) return ops::add(tape, keys, shift);
    std::vector<int64_t> sentences;
    for (int64_t i = 0; i < batch * width; ++i) sentences.push_back(i / width);
    const Variable each =
        ops::gather_rows(tape, keys.reshaped({batch, positions * size}), sentences);
    return ops::add(tape, each.reshaped({batch * width, positions, size}), shift);
  }

 private:
  int64_t width_;
  const Parameter& filters_;
  Linear key_;
};

}  // namespace alinea
