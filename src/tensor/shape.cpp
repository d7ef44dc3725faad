#include "tensor/shape.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace alinea {

Shape::Shape(std::initializer_list<int64_t> extents) : rank_(static_cast<int>(extents.size())) {
  assert(extents.size() <= kMaxRank);
  std::copy(extents.begin(), extents.end(), extents_.begin());
}

int64_t Shape::elements() const {
  return std::accumulate(extents_.begin(), extents_.begin() + rank_, int64_t{1},
                         std::multiplies<>());
}

}  // namespace alinea
