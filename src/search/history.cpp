#include "search/history.h"

#include <algorithm>

namespace alinea {

void History::record(const Fed& fed, const StepOutput& output) {
  steps_.push_back(
      {.rows = {fed.rows.begin(), fed.rows.end()},
       .log_probabilities = {fed.log_probabilities.begin(), fed.log_probabilities.end()},
       .attention = {output.attention.begin(), output.attention.end()},
       .source_width = output.source_width,
       .focus = {output.focus.begin(), output.focus.end()}});
}

std::vector<int32_t> History::tokens(size_t row) const {
  std::vector<int32_t> tokens(steps_.size() - 1);
  for (size_t t = tokens.size(); t > 0; --t) {
    const Row& fed = steps_[t].rows[row];
    tokens[t - 1] = fed.token;
    row = static_cast<size_t>(fed.parent);
  }
  return tokens;
}

History::Path History::trace(int64_t step, int64_t row, int64_t source_length) const {
  const Step& last = steps_[static_cast<size_t>(step)];
  Path path;
  path.tokens.resize(static_cast<size_t>(step));
  path.log_probabilities.resize(static_cast<size_t>(step));
  if (!last.attention.empty()) {
    path.attention.resize(static_cast<size_t>((step + 1) * source_length));
  }
  if (!last.focus.empty()) path.focus.resize(static_cast<size_t>(step) + 1);

  for (int64_t t = step; t >= 0; --t) {
    const Step& at = steps_[static_cast<size_t>(t)];
    const Row& fed = at.rows[static_cast<size_t>(row)];
    if (t > 0) {
      path.tokens[static_cast<size_t>(t) - 1] = fed.token;
      path.log_probabilities[static_cast<size_t>(t) - 1] =
          at.log_probabilities[static_cast<size_t>(row)];
    }
    if (!path.attention.empty()) {
      std::copy_n(at.attention.begin() + row * at.source_width, source_length,
                  path.attention.begin() + t * source_length);
    }
    if (!path.focus.empty())
      path.focus[static_cast<size_t>(t)] = at.focus[static_cast<size_t>(row)];
    row = fed.parent;
  }
  return path;
}

}  // namespace alinea
