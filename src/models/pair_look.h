// How the words of one text of a pair looked at those of the other.
#pragma once

#include <cstdint>

#include "attention/weights.h"

namespace alinea {

// [looking, looked_at]; the delimiter is the first of the words that look. Of the attention "last"
// the whole text looks once.
struct PairLook {
  int64_t looking = 0, looked_at = 0;
  KeptAttention weights = {};
};

}  // namespace alinea
