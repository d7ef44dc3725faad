// Adaptive computation time of every position (Graves 2016, section 2; Dehghani et al. 2019,
// appendix C): a position goes on until what it was given to halt with is used up.
//
//   p = σ(w x + b);  while Σ p so far <= threshold a position runs on with the weight u = p; in the
//   step that would exceed it, it halts with what is left, u = 1 - Σ p before, its remainder.
//   y := u x + (1 - u) y
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// Of R positions. At first nothing is used up and no step was taken.
struct HaltingState {
  Variable used;                  // Σ p of the steps in which it ran on, [R]
  Variable remainder;             // [R], 0 until it halts
  Variable output;                // y, [R, C]
  std::span<float> steps;         // that it took, R
  std::span<uint8_t> is_running;  // R

  bool any_running() const;
};
HaltingState start_halting(Tape& tape, int64_t rows, int64_t columns);

// A step of all positions that still run: logits [R, 1], what is in front of σ, and x [R, C], what
// the step made.
void halting_step(Tape& tape, const Variable& logits, const Variable& x, float threshold,
                  HaltingState& state);

// Σ over the positions of the steps taken and the remainder: the ponder cost, [1]. Its gradient is
// that of the remainders.
Variable ponder_cost(Tape& tape, const HaltingState& state);

}  // namespace alinea::ops
