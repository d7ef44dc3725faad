#include "models/premise_attention.h"

#include <algorithm>

#include "ops/activation.h"
#include "ops/additive_energy.h"
#include "ops/batched_matmul.h"
#include "ops/rows.h"
#include "ops/sum.h"
#include "support/name_table.h"

namespace alinea {

namespace {

using Looks = PremiseAttention::Looks;

const NameTable<Looks> kPremiseAttentions("pair attention", {{"none", Looks::kNever},
                                                             {"last", Looks::kOnce},
                                                             {"word-by-word", Looks::kAtEachWord},
                                                             {"two-way", Looks::kAtEachWord}});

std::optional<Linear> square(ParameterStore& store, const char* name, int64_t size, bool is_there) {
  if (!is_there) return std::nullopt;
  return std::make_optional<Linear>(store, name, size, size, Bias::kNone);
}

// Which sequence each row of a packing's first step belongs to.
std::vector<int64_t> packed_order(const SequenceLayout& layout) {
  std::vector<int64_t> order(static_cast<size_t>(layout.size()));
  for (int64_t n = 0; n < layout.size(); ++n) order[layout.places()[n]] = n;
  return order;
}

}  // namespace

std::vector<std::string> PremiseAttention::names() { return kPremiseAttentions.names(); }

PremiseAttention::PremiseAttention(ParameterStore& store, const std::string& name, int64_t states)
    : looks_(kPremiseAttentions[name]),
      size_(states),
      premise_(square(store, "pair.premise", states, looks_ != Looks::kNever)),
      hypothesis_(square(store, "pair.hypothesis", states, looks_ != Looks::kNever)),
      v_(looks_ == Looks::kNever ? nullptr
                                 : &store.add("pair.v", {states}, glorot_limit(states, 1))),
      recurrent_(square(store, "pair.recurrent", states, looks_ == Looks::kAtEachWord)),
      transition_(square(store, "pair.transition", states, looks_ == Looks::kAtEachWord)),
      read_(square(store, "pair.read", states, looks_ != Looks::kNever)),
      last_(store, "pair.last", states, states, Bias::kNone) {}

PremiseAttention::Memory PremiseAttention::remember(Tape& tape, const Premises& premises,
                                                    const SequenceLayout& hypotheses) const {
  const SequenceLayout& layout = premises.layout;
  const int64_t count = layout.size();
  const int64_t width = layout.packing() ? layout.packing()->lengths().front() : 1;
  const std::span<ops::Window> windows = tape.arena().array<ops::Window>(count);
  std::vector<int64_t> rows;
  for (int64_t place = 0; const int64_t n : packed_order(hypotheses)) {
    const int64_t length = layout.lengths()[n];
    // A window is never empty: an empty premise is looked at where its padding is, which is 0.
    windows[place++] = {0, std::max<int64_t>(length, 1)};
    for (int64_t s = 0; s < width; ++s) rows.push_back(s < length ? layout.row(n, s) : ops::kNoRow);
  }
  Memory memory{{}, {}, windows};
  memory.states =
      premises.states
          ? ops::gather_rows(tape, premises.states, rows).reshaped({count, width, size_})
          : tape.zeros({count, width, size_});
  memory.keys = (*premise_)(tape, memory.states);
  return memory;
}

Variable PremiseAttention::look(Tape& tape, const Memory& memory, const Variable& queries,
                                std::vector<Variable>& weights) const {
  const int64_t count = queries.rows();
  const Variable energies =
      ops::additive_energy(tape, queries.reshaped({count, 1, size_}),
                           tape.slice(memory.keys, 0, count), tape.use(*v_));  // [a, 1, S]
  const Variable alpha =
      ops::window_softmax(tape, energies, memory.windows.first(static_cast<size_t>(count)));
  weights.push_back(alpha);
  return ops::weighted_sum(tape, alpha, tape.slice(memory.states, 0, count))
      .reshaped({count, size_});
}

Variable PremiseAttention::read_words(Tape& tape, const Memory& memory,
                                      const Hypotheses& hypotheses,
                                      std::vector<Variable>& weights) const {
  const Packing& packing = *hypotheses.layout.packing();
  const Variable queries = (*hypothesis_)(tape, hypotheses.states);  // W_h h_t, [rows, K]
  std::vector<Variable> read;                                        // r_t
  for (int64_t t = 0; t < std::ssize(packing.active()); ++t) {
    const int64_t count = packing.active()[t];
    Variable query = tape.slice(queries, packing.offsets()[t], count), past;
    if (t > 0) {
      const Variable before = tape.slice(read.back(), 0, count);
      query = ops::add(tape, query, (*recurrent_)(tape, before));
      past = ops::tanh(tape, (*transition_)(tape, before));
    }
    read.push_back(ops::add_present(tape, look(tape, memory, query, weights), past));
  }
  std::vector<int64_t> rows;  // of each hypothesis' last step
  for (int64_t n = 0; n < hypotheses.layout.size(); ++n)
    rows.push_back(packing.row(n, packing.lengths()[n] - 1));
  return ops::gather_rows(tape, ops::stack(tape, read), rows);
}

PremiseAttention::Result PremiseAttention::operator()(Tape& tape, const Premises& premises,
                                                      const Hypotheses& hypotheses) const {
  Result result;
  Variable sum = last_(tape, hypotheses.last);  // W_x h_N
  if (looks_ != Looks::kNever) {
    const Memory memory = remember(tape, premises, hypotheses.layout);
    Variable read;
    if (looks_ == Looks::kOnce) {
      const Variable last =
          ops::gather_rows(tape, hypotheses.last, packed_order(hypotheses.layout));
      read = look(tape, memory, (*hypothesis_)(tape, last), result.weights);
    } else {
      read = read_words(tape, memory, hypotheses, result.weights);
    }
    read = ops::gather_rows(tape, read, hypotheses.layout.places());
    sum = ops::add(tape, (*read_)(tape, read), sum);
  }
  result.vectors = ops::tanh(tape, sum);
  return result;
}

}  // namespace alinea
