// A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001): the probability of
// all tags of a sentence together.
//
//   s(x, y) = b_{y_1} + Σ_t e_{t, y_t} + Σ_{t > 1} T_{y_{t-1}, y_t} + f_{y_L}
//   log p(y | x) = s(x, y) - log Σ_y' exp s(x, y')
//
// R rows of N sentences, packed as PackedSteps says; C tags.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tape.h"
#include "ops/pooling.h"

namespace alinea::ops {

struct ChainScores {
  Variable emissions;    // e, [R, C]
  Variable transitions;  // T, [C, C], from the tag of the row to that of the column
  Variable start, end;   // b, f, [C]
};

struct ChainLikelihood {
  Variable loss;  // [1], -Σ log p(y | x) of all sentences
  // log p(y | x) of each sentence, in the order of the packing.
  std::span<const double> log_probabilities;
};

// By the forward algorithm, in log space; the way back is the forward-backward algorithm. `tags`
// has one for each row.
ChainLikelihood chain_likelihood(Tape& tape, const ChainScores& scores,
                                 std::span<const int32_t> tags, const PackedSteps& packed);

// The tags of every row for which s(x, y) is largest (Viterbi 1967), the first of equals.
std::vector<int32_t> best_chain(const ChainScores& scores, const PackedSteps& packed);

}  // namespace alinea::ops
