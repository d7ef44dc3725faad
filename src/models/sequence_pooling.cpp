#include "models/sequence_pooling.h"

#include "layers/linear.h"
#include "ops/activation.h"
#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

class AttentionPooling : public SequencePooling {
 public:
  AttentionPooling(const PoolingOptions& o, ParameterStore& store, const std::string& name,
                   int64_t states)
      : size_(states),
        projection_(store, name, states, o.attention_size),
        context_(
            store.add(name + ".context", {o.attention_size}, glorot_limit(o.attention_size, 1))) {}

  int64_t size() const override { return size_; }
  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    const Variable u = ops::tanh(tape, projection_(tape, states));                   // [R, A]
    const Variable context = tape.use(context_).reshaped({context_.shape()[0], 1});  // [A, 1]
    const Variable energies = ops::affine(tape, u, context);                         // [R, 1]
    const Variable weights = ops::packed_softmax(tape, energies, steps);             // [R, 1]
    return {ops::packed_weighted_sum(tape, weights, states, steps), weights};        // [N, K]
  }

 private:
  int64_t size_;
  Linear projection_;
  const Parameter& context_;
};

class SelfAttentivePooling : public SequencePooling {
 public:
  SelfAttentivePooling(const PoolingOptions& o, ParameterStore& store, const std::string& name,
                       int64_t states)
      : size_(o.rows * states),
        penalty_(static_cast<float>(o.penalty)),
        inner_(store, name + ".inner", states, o.attention_size, Bias::kNone),
        outer_(store, name + ".outer", o.attention_size, o.rows, Bias::kNone) {}

  int64_t size() const override { return size_; }
  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    const Variable energies = outer_(tape, ops::tanh(tape, inner_(tape, states)));   // [R, r]
    const Variable weights = ops::packed_softmax(tape, energies, steps);             // [R, r]
    Pooled pooled{ops::packed_weighted_sum(tape, weights, states, steps), weights};  // [N, r K]
    if (penalty_ > 0)
      pooled.penalty = ops::scale(tape, ops::packed_overlap(tape, weights, steps), penalty_);
    return pooled;
  }

 private:
  int64_t size_;
  float penalty_;
  Linear inner_, outer_;  // W_1, W_2
};

// One that has no parameters.
using Pool = Variable (*)(Tape& tape, const Variable& states, const ops::PackedSteps& steps);

class PlainPooling : public SequencePooling {
 public:
  PlainPooling(int64_t states, Pool pool) : size_(states), pool_(pool) {}

  int64_t size() const override { return size_; }
  Pooled operator()(Tape& tape, const Variable& states,
                    const ops::PackedSteps& steps) const override {
    return {pool_(tape, states, steps), {}};
  }

 private:
  int64_t size_;
  Pool pool_;
};

using Made = std::unique_ptr<SequencePooling>;
using Make = Made (*)(const PoolingOptions&, ParameterStore&, const std::string&, int64_t states);

template <class Pooling>
Made make(const PoolingOptions& options, ParameterStore& store, const std::string& name,
          int64_t states) {
  return std::make_unique<Pooling>(options, store, name, states);
}

template <Pool pool>
Made make_plain(const PoolingOptions&, ParameterStore&, const std::string&, int64_t states) {
  return std::make_unique<PlainPooling>(states, pool);
}

const NameTable<Make> kPoolings("pooling", {{"attention", make<AttentionPooling>},
                                            {"average", make_plain<ops::packed_mean>},
                                            {"max", make_plain<ops::packed_max>},
                                            {"self-attentive", make<SelfAttentivePooling>},
                                            {"first", make_plain<ops::packed_first>},
                                            {"last", make_plain<ops::packed_last>}});

}  // namespace

std::vector<float> weights_of(const Variable& weights, const SequenceLayout& layout,
                              int64_t sequence) {
  const int64_t rows = weights ? weights.columns() : 0;
  std::vector<float> found;
  for (int64_t t = 0; t < layout.lengths()[sequence]; ++t) {
    const float* row = weights.value() + layout.row(sequence, t) * rows;
    found.insert(found.end(), row, row + rows);
  }
  return found;
}

std::vector<std::string> pooling_names() { return kPoolings.names(); }

std::vector<std::string> plain_pooling_names() {
  std::vector<std::string> names = pooling_names();
  std::erase(names, "self-attentive");
  return names;
}

std::unique_ptr<SequencePooling> make_pooling(const PoolingOptions& options, ParameterStore& store,
                                              const std::string& name, int64_t states) {
  return kPoolings[options.kind](options, store, name, states);
}

}  // namespace alinea
