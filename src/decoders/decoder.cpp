#include "decoders/decoder.h"

#include <numeric>
#include <stdexcept>

#include "ops/rows.h"

namespace alinea {

namespace {

std::vector<int64_t> first_ones(int64_t count) {
  std::vector<int64_t> numbers(static_cast<size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// Every step's values stay, for the way back or for those who look at attention.
Unrolled unroll_kept(Tape& tape, const Targets& targets, DecoderState state, const TakeStep& take) {
  const std::span<const int64_t> active = targets.packing.active();
  Unrolled unrolled;
  std::vector<Variable> readouts;
  for (int64_t t = 0; t < std::ssize(active); ++t) {
    if (active[t] < state.sentences()) state = keep(tape, state, first_ones(active[t]));
    const std::span<int32_t> words = targets.words_at(t);
    if (t > 0 && targets.replace) targets.replace(words, tape.slice(readouts.back(), 0, active[t]));
    const DecoderStep step = take(tape, t, words, state);
    readouts.push_back(step.readout);
    if (step.attention) unrolled.attention.push_back(step.attention);
  }
  unrolled.readouts = ops::stack(tape, readouts);
  return unrolled;
}

// Only the readouts stay: each step reads what the one before left in the other arena.
Unrolled unroll_passing(Tape& tape, const Targets& targets, DecoderState state,
                        const TakeStep& take) {
  const std::span<const int64_t> active = targets.packing.active();
  Arena arenas[2];
  Unrolled unrolled;
  float* next = nullptr;
  for (int64_t t = 0; t < std::ssize(active); ++t) {
    if (active[t] < state.sentences()) state = keep(tape, state, first_ones(active[t]));
    Arena& arena = arenas[t % 2];
    arena.reset();
    Tape step_tape(arena, Tape::Mode::kInference);
    state = reorder(step_tape, state, first_ones(active[t]));
    const DecoderStep step = take(step_tape, t, targets.words_at(t), state);
    if (t == 0) {
      unrolled.readouts = tape.zeros({targets.packing.rows(), step.readout.columns()});
      next = unrolled.readouts.value();
    }
    next = std::ranges::copy(step.readout.values(), next).out;
  }
  return unrolled;
}

}  // namespace

Unrolled unroll_stepwise(Tape& tape, const Targets& targets, DecoderState state,
                         const TakeStep& take) {
  const bool passing = !tape.recording() && !targets.keep_attention &&
                       !targets.keep_self_attention && !targets.replace;
  return (passing ? unroll_passing : unroll_kept)(tape, targets, std::move(state), take);
}

DecoderState state_without_rows(int64_t sentences, const Encoded* encoded) {
  DecoderState state;
  if (encoded == nullptr) {
    state.lengths.resize(static_cast<size_t>(sentences));
  } else {
    const std::span<const int64_t> lengths = encoded->layout.lengths();
    state.lengths.assign(lengths.begin(), lengths.end());
  }
  return state;
}

Variable attended_states(Tape& tape, const Encoded* encoded) {
  if (encoded == nullptr) throw std::logic_error("attention needs an encoder to look at");
  return padded_states(tape, *encoded);
}

std::vector<int64_t> target_positions(int64_t count) {
  std::vector<int64_t> positions(static_cast<size_t>(count));
  std::iota(positions.begin(), positions.end(), 1);
  return positions;
}

void Decoder::replace_words(const Targets& targets, const DecoderState& state) const {
  Arena arena;
  Tape pass(arena, Tape::Mode::kInference);
  const Packing& packing = targets.packing;
  const Unrolled first =
      unroll(pass, {.words = targets.words, .packing = packing, .keep_attention = false}, state);
  for (int64_t t = 1; t < std::ssize(packing.active()); ++t)
    targets.replace(targets.words_at(t),
                    pass.slice(first.readouts, packing.offsets()[t - 1], packing.active()[t]));
}

Unrolled Decoder::unroll(Tape& tape, const Targets& targets, DecoderState state) const {
  return unroll_stepwise(
      tape, targets, std::move(state),
      [this](Tape& step_tape, int64_t t, std::span<const int32_t> words, DecoderState& before) {
        return step(step_tape, words, before, t + 1);
      });
}

AttentionWeights Decoder::full_context_attention(Tape& /*tape*/, const Targets& /*words*/,
                                                 const DecoderState& /*state*/,
                                                 int64_t /*layers*/) const {
  throw std::logic_error("a decoder whose words see those before them alone");
}

}  // namespace alinea
