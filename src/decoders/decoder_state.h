// What a decoder carries from one step to the next, without a word on what it means: a search or a
// loop over steps moves it about, and only the decoder that made it reads it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tape.h"
#include "ops/choose_positions.h"

namespace alinea {

struct DecoderState {
  std::vector<Variable> rows;    // [R, ...] each: what belongs to a hypothesis, grouped by sentence
  std::vector<Variable> blocks;  // [N, ...] each: what belongs to a sentence
  std::vector<int64_t> lengths;  // of the N sources, </s> counted
  // Of hard attention, how each sentence's positions are chosen; empty: soft.
  std::vector<ops::PositionChoice> choices = {};
  bool keep_attention = true;  // whether steps hand over their weights, where that costs time
  int64_t reach = 0;           // of attention when decoding (AttentionMemory)
  // At the start, of a model with a CTC output layer: the encoder's states, sentences one behind
  // the other, [Σ S_n, K].
  Variable encoded = {};

  int64_t sentences() const { return static_cast<int64_t>(lengths.size()); }
};

// The hypotheses `parents` of `state`, in that order, in memory of this tape's. Blocks and lengths
// stay as they are.
DecoderState reorder(Tape& tape, const DecoderState& state, std::span<const int64_t> parents);

// The sentences of `state` with these numbers, ascending, and all of their hypotheses. Where they
// are its first ones, they share its memory.
DecoderState keep(Tape& tape, const DecoderState& state, std::span<const int64_t> sentences);

}  // namespace alinea
