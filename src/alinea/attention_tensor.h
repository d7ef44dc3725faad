// The attention of the search and of scoring, as the library gives it.
#pragma once

#include <iterator>

#include "alinea/translate.h"
#include "attention/weights.h"

namespace alinea {

// Of several heads; of a single one nothing, as it is the mean of them.
inline AttentionTensor heads_of(const KeptAttention& attention, int64_t columns) {
  if (attention.empty() || attention.heads < 2 || columns == 0) return {};
  return {.layers = attention.layers,
          .heads = attention.heads,
          .targets = std::ssize(attention.alpha) / (attention.heads * columns),
          .sources = columns,
          .values = attention.alpha};
}

// Where they were kept, of one head or several.
inline AttentionTensor energies_of(const KeptAttention& attention, int64_t columns) {
  if (attention.energies.empty() || columns == 0) return {};
  return {.layers = attention.layers,
          .heads = attention.heads,
          .targets = std::ssize(attention.energies) / (attention.heads * columns),
          .sources = columns,
          .values = attention.energies};
}

}  // namespace alinea
