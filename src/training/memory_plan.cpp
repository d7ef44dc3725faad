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
  int64_t found = 0, most = 0;
  for (int64_t i = 0; i < task.size(); ++i) {
    const int64_t cost = task.cost(std::span(&i, 1));
    if (cost <= most) continue;
    most = cost;
    found = i;
  }
  return {found};
}

double measured_bytes(Task& task, const Examples& examples) {
  Random dropout(0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &dropout);
  tape.backward(task.loss(tape, examples).sum);
  return static_cast<double>(arena.high_water());
}

}  // namespace

MemoryPlan::MemoryPlan(Task& task, int64_t limit) : task_(task), limit_(limit) {
  const Examples one = costliest_of(task), two(2, one[0]), four(4, one[0]);
  const double bytes_of_two = measured_bytes(task, two);
  const double more = measured_bytes(task, four) - bytes_of_two;
  slope_ = more / static_cast<double>(std::max<int64_t>(task.cost(four) - task.cost(two), 1));
  base_ = bytes_of_two - slope_ * static_cast<double>(task.cost(two));
  costliest_ = bytes(one);
  if (limit_ > 0 && costliest_ > limit_)
    throw Error(
        "the longest example needs about {:.1f} MB in addition to the parameters, but --memory "
        "leaves {:.1f} MB: raise --memory, or leave out long examples",
        static_cast<double>(costliest_) / kMegabyte, static_cast<double>(limit_) / kMegabyte);
}

void MemoryPlan::even_out(double mean, int64_t least) {
  even_ = std::max<int64_t>(std::llround(kMoreThanMost * mean), 2 * costliest_);
  least_examples_ = std::max<int64_t>(least, 1);
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
    const auto most =
        std::ranges::max(parts, {}, [this](std::span<const int64_t> part) { return bytes(part); });
    const int64_t needed = bytes(most);
    const bool is_few = std::ssize(batch) < least_examples_ * static_cast<int64_t>(count + 1);
    const bool fits = limit_ == 0 || needed <= limit_;
    const bool is_even = even_ == 0 || needed <= even_ || is_few;
    if ((fits && is_even) || count >= batch.size()) return parts;
  }
}

}  // namespace alinea
