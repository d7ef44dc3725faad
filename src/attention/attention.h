// Attention of one head or several. A single one compares the query with the states themselves and
// sums them up. Several look at projections of their own, of d = A / heads each, and their contexts
// stand side by side (Vaswani et al. 2017, section 3.2.2, without the last projection, which the
// decoder's own layers take the place of):
//
//   q^i_t = W_q^i q_t + b_q^i,  k^i_s = W_k^i h_s + b_k^i,  v^i_s = W_v^i h_s + b_v^i
//   c_t = [c^1_t ; ... ; c^h_t],  c^i_t = attend^i(q^i_t, k^i, v^i)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "attention/head.h"
#include "attention/weights.h"
#include "layers/linear.h"

namespace alinea {

class Attention {
 public:
  // Parameters under `prefix`: those of a head, or, of several, `prefix`.headI with I from 0: its
  // projections `prefix`.headI.project.query, .keys and .values as in Linear, and those of a head.
  // Throws UsageError where the heads do not divide A, or the score refuses the sizes.
  Attention(ParameterStore& store, const std::string& prefix, const AttentionOptions& options,
            const AttentionSizes& sizes);

  int64_t heads() const { return static_cast<int64_t>(heads_.size()); }
  // Of c_t: what the states have, or A of several heads.
  int64_t context_size() const { return context_size_; }
  bool has_coverage() const { return has_coverage_; }

  // states [N, S, K] -> the blocks of a memory, [N, S, ...] each.
  std::vector<Variable> remember(Tape& tape, const Variable& states) const;

  struct Result {
    Variable context;  // c_t, [N, T, context_size()]
    AttentionWeights weights;
  };
  // query [N, T, Q] at the T target positions, counted from 1. `covered`: with coverage, one for
  // each head, as AttentionHead has it; else empty.
  Result operator()(Tape& tape, const Variable& query, const AttentionMemory& memory,
                    std::span<const int64_t> positions, std::span<Variable> covered = {}) const;

 private:
  struct Projections {
    Linear query, keys, values;
  };
  int64_t context_size_;
  bool has_coverage_;
  std::vector<Projections> projections_;  // of each head; none for a single one
  std::vector<AttentionHead> heads_;
};

}  // namespace alinea
