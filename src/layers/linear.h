// y = W x + b: the layer that every projection of the papers is.
#pragma once

#include <string>

#include "autograd/tape.h"
#include "ops/affine.h"

namespace alinea {

enum class Bias { kNone, kYes };

class Linear {
 public:
  // Parameters: `name`.weight [inputs, outputs] (y = x W for a row x) and `name`.bias [outputs].
  Linear(ParameterStore& store, const std::string& name, int64_t inputs, int64_t outputs,
         Bias bias = Bias::kYes)
      : weight_(store.add(name + ".weight", {inputs, outputs}, glorot_limit(inputs, outputs))),
        bias_(bias == Bias::kYes ? &store.add(name + ".bias", {outputs}, 0) : nullptr) {}

  Parameter& weight() { return weight_; }

  // x [..., inputs] -> [..., outputs]
  Variable operator()(Tape& tape, const Variable& x) const {
    return ops::affine(tape, x, tape.use(weight_), bias_ ? tape.use(*bias_) : Variable{});
  }

 private:
  Parameter& weight_;
  const Parameter* bias_;
};

}  // namespace alinea
