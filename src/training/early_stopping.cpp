#include "training/early_stopping.h"

#include <cmath>

#include "training/state_fields.h"

namespace alinea {

bool EarlyStopping::validated(double score) {
  const auto beats = [this](double best, double other) {
    return better_ == Better::kLower ? other < best : other > best;
  };
  const bool improved = std::isfinite(score) && (!best_ || beats(*best_, score));
  without_improvement_ = improved ? 0 : without_improvement_ + 1;
  if (improved) best_ = score;
  return improved;
}

nlohmann::json EarlyStopping::state() const {
  return {{"best", best_ ? nlohmann::json(*best_) : nlohmann::json()},
          {"without_improvement", without_improvement_}};
}

void EarlyStopping::restore(const nlohmann::json& state) {
  best_ = optional_figure(state, "best");
  without_improvement_ = count_field(state, "without_improvement");
}

}  // namespace alinea
