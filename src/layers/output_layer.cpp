#include "layers/output_layer.h"

#include "ops/affine.h"
#include "ops/cross_entropy.h"

namespace alinea {

OutputLayer::OutputLayer(ParameterStore& store, const std::string& name, const Shape& shape,
                         const Parameter* tied)
    : weight_(tied != nullptr
                  ? *tied
                  : store.add(name + ".weight", shape, glorot_limit(shape[1], shape[0]))),
      bias_(store.add(name + ".bias", {shape[0]}, 0)) {}

Variable OutputLayer::logits(Tape& tape, const Variable& readouts) const {
  return ops::affine_transposed(tape, readouts, tape.use(weight_), tape.use(bias_));
}

Tensor OutputLayer::log_probabilities(Tape& tape, const Variable& readouts) const {
  const Variable scores = logits(tape, readouts);
  const Tensor tensor{scores.value(), scores.shape()};
  ops::log_softmax(tensor);
  return tensor;
}

}  // namespace alinea
