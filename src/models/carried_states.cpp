#include "models/carried_states.h"

#include <algorithm>
#include <cmath>

namespace alinea {

CarriedStates::CarriedStates(const LanguageNetwork& network, int64_t streams)
    : network_(network), streams_(streams) {
  Arena arena;
  Tape tape(arena, Tape::Mode::kInference);
  for (const Variable& row : network.first_rows(tape, 1)) size_ += row.columns();
  values_.resize(static_cast<size_t>(streams * size_));
}

std::vector<Variable> CarriedStates::rows(Tape& tape, std::span<const Place> places) const {
  std::vector<Variable> rows = network_.first_rows(tape, std::ssize(places));
  for (size_t n = 0; n < places.size(); ++n) {
    if (places[n].begins) continue;
    const float* from = values_.data() + places[n].stream * size_;
    for (const Variable& row : rows) {
      std::copy_n(from, row.columns(), row.value() + static_cast<int64_t>(n) * row.columns());
      from += row.columns();
    }
  }
  return rows;
}

void CarriedStates::keep(std::span<const Place> places, std::span<const Variable> rows) {
  for (size_t n = 0; n < places.size(); ++n) {
    float* to = values_.data() + places[n].stream * size_;
    for (const Variable& row : rows) {
      const float* from = row.value() + static_cast<int64_t>(n) * row.columns();
      to = std::transform(from, from + row.columns(), to,
                          [](float value) { return std::isfinite(value) ? value : 0; });
    }
  }
}

}  // namespace alinea
