#include "search/history.h"

namespace alinea {

void History::record(const Fed& fed, const StepOutput& output) {
  steps_.push_back(
      {.rows = {fed.rows.begin(), fed.rows.end()},
       .log_probabilities = {fed.log_probabilities.begin(), fed.log_probabilities.end()},
       .attention = StoredAttention(output.attention)});
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
  Path path;
  path.tokens.resize(static_cast<size_t>(step));
  path.log_probabilities.resize(static_cast<size_t>(step));
  std::vector<int64_t> rows(static_cast<size_t>(step) + 1);
  for (auto t = static_cast<size_t>(step) + 1; t-- > 0;) {
    rows[t] = row;
    const Row& fed = steps_[t].rows[static_cast<size_t>(row)];
    if (t > 0) {
      path.tokens[t - 1] = fed.token;
      path.log_probabilities[t - 1] = steps_[t].log_probabilities[static_cast<size_t>(row)];
    }
    row = fed.parent;
  }
  for (size_t t = 0; t < rows.size(); ++t) {
    const AttentionValues attention = steps_[t].attention.values();
    if (attention.empty()) continue;
    const int64_t width = attention.steps;  // of the grid
    path.attention.append(attention, rows[t] / width, rows[t] % width, source_length);
  }
  return path;
}

}  // namespace alinea
