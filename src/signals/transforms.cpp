#include "signals/transforms.h"

#include <algorithm>
#include <cmath>

namespace alinea {

namespace {

constexpr double kLeastDeviation = 1e-5;

// d of `width` columns from `first` on, into those behind them.
void add_changes(FeatureRows& rows, int64_t first, int64_t width) {
  constexpr float kSquares = 10;  // 2 (1² + 2²)
  const int64_t count = rows.rows();
  for (int64_t t = 0; t < count; ++t)
    for (int64_t c = first; c < first + width; ++c) {
      const auto at = [&](int64_t row) {
        return rows
            .values[static_cast<size_t>(std::clamp<int64_t>(row, 0, count - 1) * rows.columns + c)];
      };
      rows.values[static_cast<size_t>(t * rows.columns + c + width)] =
          (at(t + 1) - at(t - 1) + 2 * (at(t + 2) - at(t - 2))) / kSquares;
    }
}

}  // namespace

FeatureRows with_deltas(const FeatureRows& rows, int64_t order) {
  if (order == 0) return rows;
  FeatureRows all{rows.columns * (order + 1), {}};
  all.values.resize(static_cast<size_t>(rows.rows() * all.columns));
  for (int64_t t = 0; t < rows.rows(); ++t)
    std::copy_n(rows.values.begin() + t * rows.columns, rows.columns,
                all.values.begin() + t * all.columns);
  for (int64_t i = 0; i < order; ++i) add_changes(all, i * rows.columns, rows.columns);
  return all;
}

void MomentCounter::add(std::span<const float> values, int64_t columns) {
  sums_.resize(static_cast<size_t>(1 + 2 * columns));
  const auto width = static_cast<size_t>(columns);
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = values[i];
    sums_[1 + i % width] += x;
    sums_[1 + width + i % width] += x * x;
  }
  const size_t rows = values.size() / width;
  sums_[0] += static_cast<double>(rows);
}

Moments MomentCounter::moments() const {
  Moments moments;
  if (sums_.empty() || sums_[0] == 0) return moments;
  const size_t columns = sums_.size() / 2;
  for (size_t c = 0; c < columns; ++c) {
    const double mean = sums_[1 + c] / sums_[0];
    moments.mean.push_back(mean);
    moments.deviation.push_back(
        std::sqrt(std::max(sums_[1 + columns + c] / sums_[0] - mean * mean, 0.0)));
  }
  return moments;
}

void normalize(FeatureRows& rows, const Moments& moments) {
  const auto width = static_cast<size_t>(rows.columns);
  for (size_t i = 0; i < rows.values.size(); ++i) {
    const double deviation = std::max(moments.deviation[i % width], kLeastDeviation);
    rows.values[i] = static_cast<float>((rows.values[i] - moments.mean[i % width]) / deviation);
  }
}

void denormalize(FeatureRows& rows, const Moments& moments) {
  const auto width = static_cast<size_t>(rows.columns);
  for (size_t i = 0; i < rows.values.size(); ++i) {
    const double deviation = std::max(moments.deviation[i % width], kLeastDeviation);
    rows.values[i] = static_cast<float>(rows.values[i] * deviation + moments.mean[i % width]);
  }
}

}  // namespace alinea
