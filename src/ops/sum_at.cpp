#include "ops/sum_at.h"

#include <algorithm>
#include <cmath>

#include "ops/check.h"

namespace alinea::ops {

LogSumAt log_sum_at(Tape& tape, const Variable& p, const Places& places) {
  const OperationTimer timer(tape, "log_sum_at");
  constexpr float kLeast = 1e-30F;
  const int64_t rows = p.rows(), width = p.columns();
  check(std::ssize(places.ends) == rows, "log_sum_at", "the number of rows", rows,
        std::ssize(places.ends));
  const std::span<int64_t> columns = tape.arena().copy(places.columns);
  const std::span<int64_t> ends = tape.arena().copy(places.ends);
  const std::span<float> sums = tape.arena().array<float>(rows);
  const std::span<float> logs = tape.arena().array<float>(rows);
  Variable loss = tape.result({1}, {p});
  double total = 0;
  for (int64_t n = 0, i = 0; n < rows; ++n) {
    float sum = 0;
    for (; i < ends[n]; ++i) sum += p.value()[n * width + columns[i]];
    sums[n] = std::max(sum, kLeast);
    logs[n] = std::log(sums[n]);
    total -= static_cast<double>(logs[n]);
  }
  loss.value()[0] = static_cast<float>(total);

  tape.record([=] {
    if (!loss.has_gradient() || !p.requires_gradient()) return;
    const float d = loss.gradient()[0];
    float* dp = p.gradient();
    for (int64_t n = 0, i = 0; n < rows; ++n)
      for (; i < ends[n]; ++i) dp[n * width + columns[i]] -= d / sums[n];
  });
  return {loss, logs};
}

}  // namespace alinea::ops
