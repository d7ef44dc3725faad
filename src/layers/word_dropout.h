// Word dropout (Iyyer et al. 2015): words that are read as unknown at random, so that a model
// learns to do without each of them.
#pragma once

#include <cstdint>
#include <span>

#include "autograd/tape.h"

namespace alinea {

// Turns each word into <unk> with this probability. <s>, </s> and padding stay. Does nothing where
// the tape drops nothing.
void drop_words(Tape& tape, double probability, std::span<int32_t> ids);

}  // namespace alinea
