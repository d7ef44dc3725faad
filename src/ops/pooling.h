// Pooling over packed sequences (ops/recurrent.h): one row for each sequence out of those of its
// time steps. R rows, N sequences, K columns, C weights a row. Padding has no part in anything.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// Where the steps of the sequences lie: at time t those of sequences 0 .. present[t] - 1, from row
// first[t] on. present never increases; every sequence has at least one step.
struct PackedSteps {
  std::span<const int64_t> first, present;
};

// energies [R, C] -> weights [R, C]: of each column a softmax over the steps of each sequence;
// exactly 0 in rows that are no step.
Variable packed_softmax(Tape& tape, const Variable& energies, const PackedSteps& packed);

// weights [R, C] (or [R]: one), values [R, K] -> y_nc = Σ_t w_ntc v_nt, [N, C K].
Variable packed_weighted_sum(Tape& tape, const Variable& weights, const Variable& values,
                             const PackedSteps& packed);

// weights [R, C] -> Σ_n |A_n A_nᵀ - I|²_F, [1], with A_n [C, T] the weights of sequence n: how much
// its C columns weigh the same steps (Lin et al. 2017, equation 8).
Variable packed_overlap(Tape& tape, const Variable& weights, const PackedSteps& packed);

// values [R, K] -> y_n = the first v_nt, [N, K].
Variable packed_first(Tape& tape, const Variable& values, const PackedSteps& packed);

// values [R, K] -> y_n = the last v_nt, [N, K].
Variable packed_last(Tape& tape, const Variable& values, const PackedSteps& packed);

// values [R, K] -> y_n = the mean over t of v_nt, [N, K].
Variable packed_mean(Tape& tape, const Variable& values, const PackedSteps& packed);

// values [R, K] -> y_nk = max_t v_ntk, [N, K]. The gradient goes to the first of equals.
Variable packed_max(Tape& tape, const Variable& values, const PackedSteps& packed);

}  // namespace alinea::ops
