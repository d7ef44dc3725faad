// The batches of an epoch together.
#pragma once

#include <vector>

#include "text/batch.h"

namespace alinea {

inline std::vector<std::vector<int64_t>> all(EpochBatches epoch) {
  std::vector<std::vector<int64_t>> batches;
  while (!epoch.done()) batches.push_back(epoch.next());
  return batches;
}

}  // namespace alinea
