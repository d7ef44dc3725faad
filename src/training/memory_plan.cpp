#include "training/memory_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "support/error.h"
#include "support/units.h"

namespace alinea {

namespace {

constexpr double kMoreThanMost = 1.25;  // times the mean
constexpr double kUnequal = 1.1;  // examples of unequal length take a little more than equal ones

constexpr double kAnyCost = std::numeric_limits<double>::infinity();

using Examples = std::vector<int64_t>;

int64_t cost_of(const Task& task, int64_t example) { return task.cost(std::span(&example, 1)); }

// The first of the costliest examples whose cost is at most so much, if there is one.
std::optional<int64_t> costliest_of(const Task& task, double limit) {
  std::optional<int64_t> found;
  int64_t most = -1;
  for (int64_t i = 0; i < task.size(); ++i) {
    const int64_t cost = cost_of(task, i);
    if (cost <= most || static_cast<double>(cost) > limit) continue;
    most = cost;
    found = i;
  }
  return found;
}

// The first of the cheapest examples whose cost is more than that.
std::optional<int64_t> cheapest_above(const Task& task, double limit) {
  std::optional<int64_t> found;
  int64_t least = 0;
  for (int64_t i = 0; i < task.size(); ++i) {
    const int64_t cost = cost_of(task, i);
    if (static_cast<double>(cost) <= limit || (found && cost >= least)) continue;
    least = cost;
    found = i;
  }
  return found;
}

double measured_bytes(Task& task, const Examples& examples) {
  Random dropout(0);
  Arena arena;
  Tape tape(arena, Tape::Mode::kTraining, &dropout);
  tape.backward(task.loss(tape, examples).objective);
  return static_cast<double>(arena.high_water());
}

}  // namespace

MemoryPlan::MemoryPlan(Task& task, int64_t limit)
    : task_(task), limit_(limit), few_{0, task.bytes_of_cost()}, many_(few_) {
  const int64_t costliest = costliest_of(task, kAnyCost).value_or(0);
  if (limit > 0) {
    measure_within_limit();
  } else {
    few_ = many_ = measure(costliest, 2, 4);
    measure_more(costliest);
  }
  costliest_ = bytes(std::span(&costliest, 1));
  if (limit_ > 0 && costliest_ > limit_) refuse_examples();
}

// By batches of so many copies of an example, of none where `fewer` is 0.
MemoryPlan::Line MemoryPlan::measure(int64_t example, size_t fewer, size_t more) const {
  const Examples small(fewer, example), large(more, example);
  const double bytes_of_small = fewer > 0 ? measured_bytes(task_, small) : 0;
  const int64_t cost_of_small = fewer > 0 ? task_.cost(small) : 0;
  const double bytes = measured_bytes(task_, large) - bytes_of_small;
  const double slope =
      bytes / static_cast<double>(std::max<int64_t>(task_.cost(large) - cost_of_small, 1));
  return {bytes_of_small - slope * static_cast<double>(cost_of_small), slope};
}

// What was measured with cheap examples tells less and less of costlier ones, so it is done again
// and again with some of a few times the cost. Where four copies of no example fit, one may.
void MemoryPlan::measure_within_limit() {
  constexpr double kGrowth = 4;
  const auto limit = static_cast<double>(limit_);
  double measured = -1;  // the cost
  int64_t last = 0;      // that has it
  const auto cost = [this](const std::optional<int64_t>& example) {
    return example ? static_cast<double>(cost_of(task_, *example)) : kAnyCost;
  };
  for (;;) {
    std::optional<int64_t> next =
        costliest_of(task_, std::min(kGrowth * measured, room(limit) / 4));
    if (!next || cost(next) <= measured) next = cheapest_above(task_, measured);
    if (!next || cost(next) > room(limit) / 4) break;
    few_ = many_ = measure(*next, 2, 4);
    last = *next;
    measured = cost(next);
  }
  if (measured >= 0) return measure_more(last);
  if (const std::optional<int64_t> one = costliest_of(task_, room(limit)))
    few_ = many_ = measure(*one, 0, 1);
}

// Up to 16 copies of an example.
void MemoryPlan::measure_more(int64_t example) {
  constexpr double kMost = 16, kLittle = 64 * kMegabyte;
  const double cost = static_cast<double>(std::max<int64_t>(cost_of(task_, example), 1));
  const double bytes = limit_ > 0 ? std::min(static_cast<double>(limit_), kLittle) : kLittle;
  const auto copies = static_cast<size_t>(std::clamp(room(bytes) / cost, 4.0, kMost));
  if (copies > 4) many_ = measure(example, copies / 2, copies);
}

// The largest cost that so many bytes have room for.
double MemoryPlan::room(double bytes) const {
  const auto cost = [bytes](const Line& line) {
    return (bytes / kUnequal - line.base) / line.slope;
  };
  return std::min(cost(few_), cost(many_));
}

void MemoryPlan::refuse_examples() const {
  int64_t count = 0, first = 0;
  for (int64_t i = 0; i < task_.size(); ++i) {
    if (bytes(std::span(&i, 1)) <= limit_) continue;
    if (count++ == 0) first = task_.line(i);
  }
  const std::string& shorten = task_.terms().shorten;
  throw Error(
      "{} of {} examples need more than the {:.1f} MB that --memory leaves for a batch, {}the "
      "longest about {:.1f} MB: raise --memory by {}{}",
      count, task_.size(), static_cast<double>(limit_) / kMegabyte,
      first > 0 ? fmt::format("the first on line {}, ", first) : "",
      static_cast<double>(costliest_) / kMegabyte,
      std::llround(std::ceil(static_cast<double>(costliest_ - limit_) / kMegabyte)),
      shorten.empty() ? "" : ", or " + shorten);
}

void MemoryPlan::even_out(double mean, int64_t least) {
  even_ = std::max<int64_t>(std::llround(kMoreThanMost * mean), 2 * costliest_);
  least_examples_ = std::max<int64_t>(least, 1);
}

int64_t MemoryPlan::bytes(std::span<const int64_t> examples) const {
  const auto cost = static_cast<double>(task_.cost(examples));
  return std::llround(kUnequal * std::max(few_.bytes(cost), many_.bytes(cost)));
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
