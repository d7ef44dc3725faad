// What is done to rows of features before a model reads them.
#pragma once

#include <span>
#include <vector>

#include "signals/feature_rows.h"

namespace alinea {

// Appends to every row how its columns change (HTK, Young et al. 2006, section 5.9), and once more
// how these do, `order` times:
//
//   d_t = Σ_{θ=1..2} θ (c_{t+θ} - c_{t-θ}) / (2 Σ θ²)      with the first and last row repeated
FeatureRows with_deltas(const FeatureRows& rows, int64_t order);

// Mean and standard deviation of each column.
struct Moments {
  std::vector<double> mean, deviation;
  bool empty() const { return mean.empty(); }
};

// Collects those of many rows.
class MomentCounter {
 public:
  void add(std::span<const float> values, int64_t columns);
  // Of another one; counts of ranks add up to those of all.
  std::vector<double>& sums() { return sums_; }
  Moments moments() const;  // of none, none

 private:
  std::vector<double> sums_;  // [1 + 2 columns]: rows, then Σx and Σx² of each column
};

// x ← (x - mean) / max(deviation, 1e-5): of a column that does not change, 0.
void normalize(FeatureRows& rows, const Moments& moments);
// The way back.
void denormalize(FeatureRows& rows, const Moments& moments);

}  // namespace alinea
