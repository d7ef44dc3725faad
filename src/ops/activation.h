// Functions of one element, and maxout.
#pragma once

#include <span>

#include "autograd/tape.h"

namespace alinea::ops {

// y = tanh(x), elementwise.
Variable tanh(Tape& tape, const Variable& x);

// y = dropout(max(x, 0)), elementwise, in the place of x, which no other operation may read.
Variable relu_in_place(Tape& tape, const Variable& x, float dropout);

// y = x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), elementwise: the Gaussian error linear unit in the
// form that Hendrycks & Gimpel (2016, section 2) give for speed, and GPT and BERT use.
Variable gelu(Tape& tape, const Variable& x);

// y = scale_i * σ(x_i): the logistic function, stretched to a range of its own for each element.
Variable scaled_logistic(Tape& tape, const Variable& x, std::span<const float> scale);

// y = log σ(x), elementwise.
Variable log_logistic(Tape& tape, const Variable& x);

// Maxout of pairs (Goodfellow et al. 2013; Bahdanau et al. 2015, appendix A.2.2):
// x [..., 2M] -> y [..., M], y_j = max(x_2j, x_2j+1).
Variable maxout(Tape& tape, const Variable& x);

}  // namespace alinea::ops
