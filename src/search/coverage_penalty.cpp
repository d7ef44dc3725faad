#include "search/coverage_penalty.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace alinea {

void CoveragePenalty::follow(std::span<const Row> rows, const StepOutput& output,
                             const State& state) {
  if (output.attention.empty())
    throw Error("the coverage penalty requires a model with attention: leave out coverage-penalty");
  const bool is_first = sums_.empty();
  next_.resize(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto length = static_cast<size_t>(state.source_length(rows[row].sentence));
    std::vector<float>& sum = next_[row];
    if (is_first) {
      sum.assign(length, 0);
    } else {
      sum = sums_[static_cast<size_t>(rows[row].parent)];
    }
    const AttentionValues& attention = output.attention;
    const auto place = static_cast<int64_t>(row);
    for (int64_t head = 0; head < attention.heads; ++head) {
      const std::span<const float> weights =
          attention.row(place / attention.steps, head, place % attention.steps);
      for (size_t i = 0; i < length; ++i)
        sum[i] += weights[i] / static_cast<float>(attention.heads);
    }
  }
  sums_.swap(next_);
}

double CoveragePenalty::penalty(size_t row) const {
  constexpr float kLeast = 1e-6F;
  double sum = 0;
  for (const float covered : sums_[row])
    sum += std::log(static_cast<double>(std::clamp(covered, kLeast, 1.0F)));
  return weight_ * sum;
}

}  // namespace alinea
