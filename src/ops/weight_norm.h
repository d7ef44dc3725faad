// Weight normalisation (Salimans & Kingma 2016, equation 2) and gated linear units (Dauphin et al.
// 2017, equation 1). A layer's weights w_o = g_o v_o / |v_o| differ from v by a factor a column, so
// the product is one with v, a parameter, and what it puts out is scaled.
#pragma once

#include "autograd/tape.h"

namespace alinea::ops {

// v [I, O], gain [O] -> s [O], s_o = g_o / |v_o|, with v_o column o.
Variable weight_scale(Tape& tape, const Variable& v, const Variable& gain);

// x [..., O], scale [O], bias [O] -> y = x ∘ scale + bias.
Variable scale_columns(Tape& tape, const Variable& x, const Variable& scale, const Variable& bias);

// x [..., 2C], scale [2C], bias [2C] -> y [..., C]: y = a ∘ σ(b) with [a ; b] = x ∘ scale + bias.
Variable gated_linear_unit(Tape& tape, const Variable& x, const Variable& scale,
                           const Variable& bias);

}  // namespace alinea::ops
