#include "autograd/profile.h"

#include <fmt/format.h>

#include <algorithm>

namespace alinea {

Profile::Row& Profile::row(std::string_view name) {
  const auto found = std::ranges::find(rows_, name, &Row::name);
  return found != rows_.end() ? *found : rows_.emplace_back(Row{name});
}

void Profile::add(std::string_view name, Direction direction, double seconds) {
  Row& to = row(name);
  to.calls += direction == Direction::kForward ? 1 : 0;
  (direction == Direction::kForward ? to.forward : to.backward) += seconds;
}

void Profile::add(const Profile& other) {
  for (const Row& from : other.rows_) {
    Row& to = row(from.name);
    to.calls += from.calls;
    to.forward += from.forward;
    to.backward += from.backward;
  }
}

std::string Profile::table() const {
  if (rows_.empty()) return {};
  std::vector<Row> sorted = rows_;
  std::ranges::stable_sort(sorted, std::ranges::greater(), &Row::total);
  double whole = 0;
  for (const Row& row : sorted) whole += row.total();
  constexpr double kMilliseconds = 1e3;
  std::string text = fmt::format("{:<24}{:>10}{:>14}{:>14}{:>8}\n", "operation", "calls",
                                 "forward ms", "backward ms", "share");
  for (const Row& row : sorted)
    text += fmt::format("{:<24}{:>10}{:>14.1f}{:>14.1f}{:>7.1f}%\n", row.name, row.calls,
                        row.forward * kMilliseconds, row.backward * kMilliseconds,
                        100 * row.total() / whole);
  return text;
}

}  // namespace alinea
