#include "training/memory_plan.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"
#include "support/units.h"

namespace alinea {

namespace {

constexpr double kMoreThanMost = 1.25;  // times the mean
constexpr double kUnequal = 1.1;  // examples of unequal length take a little more than equal ones

using Examples = std::vector<int64_t>;

Examples costliest_of(const Task& task) {
  Examples found = {0};
  for (int64_t i = 1; i < task.size(); ++i)
    if (task.cost(Examples{i}) > task.cost(found)) found = {i};
  return found;
}

double measured_bytes(Task& task, const Examples& examples) {
  Random dropout(0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &dropout);
  tape.backward(task.loss(tape, examples).sum);
  return static_cast<double>(arena.used());
}

}  // namespace

MemoryPlan::MemoryPlan(Task& task, int64_t limit) : task_(task), limit_(limit) {
  const Examples one = costliest_of(task), two(2, one[0]), four(4, one[0]);
  const double bytes_of_two = measured_bytes(task, two);
  const double more = measured_bytes(task, four) - bytes_of_two;
  slope_ = more / static_cast<double>(std::max<int64_t>(task.cost(four) - task.cost(two), 1));
  base_ = bytes_of_two - slope_ * static_cast<double>(task.cost(two));
  least_ = bytes(one);
  if (limit_ > 0 && least_ > limit_)
    throw Error(
        "the longest example needs about {:.1f} MB besides the parameters, and --memory leaves "
        "{:.1f} MB: raise --memory, or leave long examples out",
        static_cast<double>(least_) / kMegabyte, static_cast<double>(limit_) / kMegabyte);
}

void MemoryPlan::even_out(std::span<const std::vector<int64_t>> batches) {
  double sum = 0;
  for (const std::vector<int64_t>& batch : batches) sum += static_cast<double>(bytes(batch));
  const double most = kMoreThanMost * sum / static_cast<double>(batches.size());
  const int64_t limit = std::max<int64_t>(std::llround(most), 2 * least_);
  limit_ = limit_ > 0 ? std::min(limit_, limit) : limit;
}

int64_t MemoryPlan::bytes(std::span<const int64_t> examples) const {
  return std::llround(kUnequal * (base_ + slope_ * static_cast<double>(task_.cost(examples))));
}

std::vector<std::span<const int64_t>> MemoryPlan::parts(std::span<const int64_t> batch) const {
  for (size_t count = 1;; ++count) {
    std::vector<std::span<const int64_t>> parts;
    for (size_t i = 0; i < count; ++i) {
      const size_t begin = batch.size() * i / count, end = batch.size() * (i + 1) / count;
      parts.push_back(batch.subspan(begin, end - begin));
    }
    const auto fits = [this](std::span<const int64_t> part) { return bytes(part) <= limit_; };
    if (limit_ == 0 || count >= batch.size() || std::ranges::all_of(parts, fits)) return parts;
  }
}

}  // namespace alinea
