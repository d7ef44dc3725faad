// Inverted dropout (Srivastava et al. 2014).
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// y_i = 0 with `probability`, else x_i / (1 - probability). Returns x itself where the tape drops
// nothing. The mask is a function of a key drawn from the tape's generator and of i, so that it
// depends on no thread and is computed again, not kept, for the way back.
Variable dropout(Tape& tape, const Variable& x, float probability);

}  // namespace alinea::ops
