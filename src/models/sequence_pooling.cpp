#include "models/sequence_pooling.h"

#include "layers/linear.h"
#include "ops/activation.h"
#include "support/name_table.h"

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

using Made = std::unique_ptr<SequencePooling>;
using Make = Made (*)(ParameterStore&, const std::string&, const PoolingSizes&);

const NameTable<Make> kPoolings(
    "pooling",
    {{"attention",
      [](ParameterStore& store, const std::string& name, const PoolingSizes& sizes) -> Made {
        return std::make_unique<AttentionPooling>(store, name, sizes);
      }},
     {"average",
      [](ParameterStore&, const std::string&, const PoolingSizes&) -> Made {
        return std::make_unique<AveragePooling>();
      }},
     {"max", [](ParameterStore&, const std::string&, const PoolingSizes&) -> Made {
        return std::make_unique<MaxPooling>();
      }}});

}  // namespace

std::vector<std::string> pooling_names() { return kPoolings.names(); }

std::unique_ptr<SequencePooling> make_pooling(const std::string& kind, ParameterStore& store,
                                              const std::string& name, const PoolingSizes& sizes) {
  return kPoolings[kind](store, name, sizes);
}

}  // namespace alinea
