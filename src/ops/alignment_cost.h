// How far attention is from given links between words: what guided alignment adds to the loss
// (Chen, Matusov, Khadivi & Peter 2016, "Guided alignment training for topic-aware neural machine
// translation", section 3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "autograd/tape.h"

namespace alinea::ops {

// Rows of attention weights that should look at given source words: row `row` of the variable
// `part` at sources[begin, end), at each of the L of them by A_s = 1/L.
struct LinkedRows {
  struct Row {
    int64_t part, row;
    int64_t begin, end;  // never empty
  };
  std::vector<Row> rows;
  std::vector<int32_t> sources;  // none twice in a row, below the number of columns
};

enum class AlignmentCost {
  kCrossEntropy,  // -Σ_s A_s log α_s
  kSquaredError,  // ½ Σ_s (α_s - A_s)²
  kProduct,       // -log Σ_{s linked} α_s
};

// The sum over all rows times `scale`, [1]. weights are the α, [..., S], S may differ. A link where
// α is 0, outside a window, has no gradient that could change it; the logarithms leave it out.
Variable alignment_cost(Tape& tape, std::span<const Variable> weights, const LinkedRows& links,
                        AlignmentCost cost, float scale);

}  // namespace alinea::ops
