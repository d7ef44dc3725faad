// Layers with weight normalisation (Salimans & Kingma 2016, equation 2), as Gehring et al. (2017)
// have them everywhere but in embeddings:
//
//   y = x W + b,  column o of W = g_o v_o / |v_o|
#pragma once

#include <cmath>
#include <string>

#include "autograd/tape.h"
#include "ops/affine.h"
#include "ops/weight_norm.h"

namespace alinea {

class NormalisedLinear {
 public:
  // Parameters: `name`.weight, the v [inputs, outputs], `name`.gain and `name`.bias [outputs]. What
  // is put out has about `variance` times the variance of the inputs at first; weights have a
  // variance of variance / inputs (Gehring et al. 2017, section 3.5, there from a normal
  // distribution).
  NormalisedLinear(ParameterStore& store, const std::string& name, int64_t inputs, int64_t outputs,
                   float variance)
      : weight_(store.add(name + ".weight", {inputs, outputs},
                          std::sqrt(3 * variance / static_cast<float>(inputs)))) {
    Parameter& gain = store.add(name + ".gain", {outputs}, 0);
    gain.start_from(std::sqrt(variance), 0, outputs);
    gain_ = &gain;
    bias_ = &store.add(name + ".bias", {outputs}, 0);
  }

  // x [..., inputs] -> [..., outputs]
  Variable operator()(Tape& tape, const Variable& x) const {
    const Variable v = tape.use(weight_), scale = ops::weight_scale(tape, v, tape.use(*gain_));
    return ops::scale_columns(tape, ops::affine(tape, x, v), scale, tape.use(*bias_));
  }
  // a ∘ σ(b) of the halves [a ; b] of that, [..., outputs / 2].
  Variable gated(Tape& tape, const Variable& x) const {
    const Variable v = tape.use(weight_), scale = ops::weight_scale(tape, v, tape.use(*gain_));
    return ops::gated_linear_unit(tape, ops::affine(tape, x, v), scale, tape.use(*bias_));
  }

 private:
  const Parameter& weight_;
  const Parameter *gain_, *bias_;
};

}  // namespace alinea
