#include "training/early_stopping.h"

#include <cmath>

#include "support/error.h"

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
  try {
    const nlohmann::json& best = state.at("best");
    best_ = best.is_null() ? std::nullopt : std::optional(best.get<double>());
    without_improvement_ = state.at("without_improvement").get<int64_t>();
  } catch (const nlohmann::json::exception& error) {
    throw Error("cannot read the saved state of early stopping: {}", error.what());
  }
}

}  // namespace alinea
