#include "training/early_stopping.h"

#include <cmath>

#include "training/state_fields.h"

namespace alinea {

bool EarlyStopping::validated(double score, double loss) {
  const auto beats = [this](double best, double other) {
    return better_ == Better::kLower ? other < best : other > best;
  };
  const bool improved = std::isfinite(score) && (!best_ || beats(*best_, score));
  without_improvement_ = improved ? 0 : without_improvement_ + 1;
  const bool breaks_tie = best_ == score && best_loss_ && loss < *best_loss_;
  if (!improved && !breaks_tie) return false;
  best_ = score;
  best_loss_ = loss;
  return true;
}

nlohmann::json EarlyStopping::state() const {
  const auto figure = [](const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
  };
  return {{"best", figure(best_)},
          {"best_loss", figure(best_loss_)},
          {"without_improvement", without_improvement_}};
}

void EarlyStopping::restore(const nlohmann::json& state) {
  best_ = optional_figure(state, "best");
  best_loss_ = state.contains("best_loss") ? optional_figure(state, "best_loss") : std::nullopt;
  without_improvement_ = count_field(state, "without_improvement");
}

}  // namespace alinea
