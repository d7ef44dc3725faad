// The energies of additive attention in one operation: tanh is never stored.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// query [N, T, A], keys [N, S, A], v [A] -> e [N, T, S], e_nts = Σ_a v_a tanh(q_nta + k_nsa)
// (Bahdanau et al. 2015, appendix A.1.2, with both projections done).
Variable additive_energy(Tape& tape, const Variable& query, const Variable& keys,
                         const Variable& v);

}  // namespace alinea::ops
