// Sums of probabilities that are known by their logarithms.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace alinea {

// log(exp a + exp b); log 0 is -inf.
inline double log_add(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  return high == -std::numeric_limits<double>::infinity() ? high
                                                          : high + std::log1p(std::exp(low - high));
}

}  // namespace alinea
