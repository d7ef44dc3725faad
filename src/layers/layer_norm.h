// Layer normalisation with a gain and a bias of its own (Ba, Kiros & Hinton 2016).
#pragma once

#include <string>

#include "autograd/tape.h"
#include "ops/layer_norm.h"
#include "ops/residual.h"

namespace alinea {

class LayerNorm {
 public:
  // Parameters: `name`.gain [size], 1 at first, and `name`.bias [size], 0 at first.
  LayerNorm(ParameterStore& store, const std::string& name, int64_t size)
      : gain_(store.add(name + ".gain", {size}, 0)), bias_(store.add(name + ".bias", {size}, 0)) {
    gain_.start_from(1.0F, 0, size);
  }

  // norm(x + dropout(f)), as ops::residual_norm has it.
  Variable of_residual(Tape& tape, const Variable& x, const Variable& f, float dropout) const {
    return ops::residual_norm(tape, x, f, dropout, tape.use(gain_), tape.use(bias_));
  }

  // x [..., size] -> the same shape
  Variable operator()(Tape& tape, const Variable& x) const {
    return ops::layer_norm(tape, x, tape.use(gain_), tape.use(bias_));
  }

 private:
  Parameter& gain_;
  const Parameter& bias_;
};

}  // namespace alinea
