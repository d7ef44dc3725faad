// Inverted dropout (Srivastava et al. 2014).
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// y_i = 0 with `probability`, else x_i / (1 - probability). Returns x itself where the tape drops
// nothing. The mask is a function of a key drawn from the tape's generator and of i, so that it
// depends on no thread and is computed again, not kept, for the way back.
Variable dropout(Tape& tape, const Variable& x, float probability);

// The same with one mask for all steps of a sentence (Gal & Ghahramani 2016): x [sum(active), C],
// packed as recurrent.h says; the mask is a function of `key`, the sentence and the column alone.
Variable dropout_by_sentence(Tape& tape, const Variable& x, float probability, uint64_t key,
                             std::span<const int64_t> active);

}  // namespace alinea::ops
