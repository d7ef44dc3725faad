// The decoder: the words so far and the encoder's memory in, a readout for every next word out.
// Two wirings, chosen apart from the score, say when attention looks and what it feeds:
// bahdanau_decoder.h and luong_decoder.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attention/attention.h"
#include "layers/recurrent.h"
#include "models/model_options.h"
#include "models/packing.h"

namespace alinea {

// What a decoder carries from one step to the next, for R hypotheses.
struct DecoderState {
  std::vector<RecurrentState> layers;  // [R, H]
  Variable feed;                       // h̃_{t-1}, [R, H]; input feeding only
  Variable covered = {};               // Σ α of the steps so far, [R, S]; coverage only
  RecurrentStack::Drawn drawn = {};    // for all steps of training
};

struct DecoderStep {
  Variable readout;  // [R, H]
  DecoderState state;
  std::optional<Attended> attended;  // nothing for a decoder without attention
};

struct Unrolled {
  Variable readouts;               // [rows, H], packed
  std::vector<Attended> attended;  // one a step, or a single one that holds all steps
};

// Target words of a batch: at each step those of the sentences that have not ended.
struct Targets {
  Variable embedded;  // E y_{t-1}, [rows, E], packed
  const Packing& packing;
  // For words that hang on the steps before, in the place of `embedded`: E y_{t-1} at step t (from
  // 0) of the sentences that are present, given their readouts of the step before.
  std::function<Variable(int64_t t, const Variable& readout)> read = {};
};

class Decoder {
 public:
  virtual ~Decoder() = default;

  // What its attention will look at: states [N, S, K], 0 on padding. The lengths (N) must outlive
  // it. Without attention it holds the lengths alone.
  virtual Memory remember(Tape& tape, const Variable& states,
                          std::span<const int64_t> lengths) const = 0;

  // One step at target position `position` (from 1) for the N sentences of the memory, each with
  // the same number of hypotheses: R = N * width rows, grouped by sentence. embedded [R, E].
  virtual DecoderStep step(Tape& tape, const Variable& embedded, const DecoderState& state,
                           const Memory& memory, int64_t position) const = 0;

  // All steps of given targets, one hypothesis a sentence.
  virtual Unrolled unroll(Tape& tape, const Targets& targets, DecoderState state,
                          const Memory& memory) const = 0;
};

// The decoder that the options ask for. Parameters: decoder.layerL as in Recurrent, attention.* as
// in the score and the mode, and readout.*.
std::unique_ptr<Decoder> make_decoder(ParameterStore& store, const ModelOptions& options);

// What both wirings are made with: their layers, of which the first reads `inputs`, and attention,
// which is nothing for --attention none.
RecurrentStack make_layers(ParameterStore& store, const ModelOptions& options, int64_t inputs);
std::optional<Attention> make_attention(ParameterStore& store, const ModelOptions& options);

// What a step asks of attention: queries [R, H], R = N * width, at one target position.
struct Question {
  Variable query;
  const Memory& memory;
  int64_t position;
};
// Answers it in step.attended [N, width, ...]. The weights are added to step.state.covered where
// there is one.
void attend(Tape& tape, const Attention& attention, const Question& question, DecoderStep& step);

// All steps one after the other: `advance` takes one, given E y_{t-1} [R, E], the state before it,
// the memory of the R sentences that have not ended, and the target position. The result's readouts
// are what the steps gave for readout.
using Advance =
    std::function<DecoderStep(const Variable&, const DecoderState&, const Memory&, int64_t)>;
Unrolled unroll_stepwise(Tape& tape, const Targets& targets, DecoderState state, Memory memory,
                         const Advance& advance);

}  // namespace alinea
