#include "models/sequence_pooling.h"

#include "layers/linear.h"
#include "models/option_checks.h"
#include "ops/activation.h"

namespace alinea {

namespace {

class AttentionPooling : public SequencePooling {
 public:
  AttentionPooling(ParameterStore& store, const std::string& name, const PoolingSizes& sizes)
      : projection_(store, name, sizes.states, sizes.attention),
        context_(
            store.add(name + ".context", {sizes.attention}, glorot_limit(sizes.attention, 1))) {}

  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    const Variable u = ops::tanh(tape, projection_(tape, states));                   // [R, A]
    const Variable context = tape.use(context_).reshaped({context_.shape()[0], 1});  // [A, 1]
    const Variable energies = ops::affine(tape, u, context);                         // [R, 1]
    const Variable weights = ops::packed_softmax(tape, energies, steps);             // [R]
    return {ops::packed_weighted_sum(tape, weights, states, steps), weights};        // [N, K]
  }

 private:
  Linear projection_;
  const Parameter& context_;
};

class AveragePooling : public SequencePooling {
 public:
  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    return {ops::packed_mean(tape, states, steps), {}};
  }
};

class MaxPooling : public SequencePooling {
 public:
  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    return {ops::packed_max(tape, states, steps), {}};
  }
};

}  // namespace

std::vector<std::string> pooling_names() { return {"attention", "average", "max"}; }

std::unique_ptr<SequencePooling> make_pooling(const std::string& kind, ParameterStore& store,
                                              const std::string& name, const PoolingSizes& sizes) {
  check_choice("pooling", kind, pooling_names());
  if (kind == "attention") return std::make_unique<AttentionPooling>(store, name, sizes);
  if (kind == "average") return std::make_unique<AveragePooling>();
  return std::make_unique<MaxPooling>();
}

}  // namespace alinea
