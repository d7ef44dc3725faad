// Coverage (Tu, Lu, Liu, Liu & Li 2016, "Modeling coverage for neural machine translation", section
// 3.1, the linguistic model): attention knows how much of each source word it has used up,
//
//   Φ_s = 2 σ(u · h_s)                 fertility, equation 8
//   C_ts = Σ_{k<t} α_ks / Φ_s          coverage, equation 6
//
// and every score sees C_ts in the key that it compares its query with: k_s + C_ts w in the place
// of k_s. For the additive score that is the paper's V C inside the tanh (equation 4).
#pragma once

#include <vector>

#include "attention/score.h"
#include "layers/linear.h"
#include "ops/activation.h"
#include "ops/covered_keys.h"

namespace alinea {

class Coverage {
 public:
  // Parameters: `prefix`.coverage.weight [key_size], `prefix`.fertility.weight [states, 1].
  Coverage(ParameterStore& store, const std::string& prefix, int64_t states, int64_t key_size)
      : weight_(store.add(prefix + ".coverage.weight", {key_size}, glorot_limit(1, key_size))),
        fertility_(store, prefix + ".fertility", states, 1, Bias::kNone) {}

  // states [N, S, K] -> Φ [N, S, 1]
  Variable fertility(Tape& tape, const Variable& states) const {
    const std::vector<float> most(static_cast<size_t>(states.rows()), kMostFertility);
    return ops::scaled_logistic(tape, fertility_(tape, states), most);
  }

  // keys [N, S, A], covered = Σ_k α_k [N, W, S] -> the keys of each query, [N * W, S, A]
  Variable keys(Tape& tape, const Variable& keys, const Variable& covered,
                const Variable& fertility) const {
    return ops::covered_keys(tape, keys, covered, fertility, tape.use(weight_));
  }

 private:
  static constexpr float kMostFertility = 2;  // N, section 3.1.1

  const Parameter& weight_;
  Linear fertility_;
};

}  // namespace alinea
