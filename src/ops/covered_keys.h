// What coverage changes about the keys of attention.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// keys [N, S, A], covered [N, W, S], fertility [N, S, 1], weight [A] -> [N * W, S, A]: the keys as
// each of the W queries of a sentence has them, k_ns + C_nws weight with C_nws = covered_nws / Φ_ns
// (Tu, Lu, Liu, Liu & Li 2016, equations 6 and 8).
Variable covered_keys(Tape& tape, const Variable& keys, const Variable& covered,
                      const Variable& fertility, const Variable& weight);

}  // namespace alinea::ops
