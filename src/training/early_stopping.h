// Stops training when validation no longer improves.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace alinea {

enum class Better { kLower, kHigher };  // perplexity: lower, BLEU: higher

class EarlyStopping {
 public:
  // patience: validations in a row without a new best before training stops; 0 never stops.
  EarlyStopping(Better better, int64_t patience) : better_(better), patience_(patience) {}

  // True where the parameters are the best so far, by the score or, of equal scores, by the smaller
  // loss. Only a better score counts against the patience. One that is not a number never is.
  bool validated(double score, double loss);

  bool should_stop() const { return patience_ > 0 && without_improvement_ >= patience_; }
  std::optional<double> best() const { return best_; }

  // What a checkpoint keeps. restore throws Error where the state is unreadable.
  nlohmann::json state() const;
  void restore(const nlohmann::json& state);

 private:
  Better better_;
  int64_t patience_;
  std::optional<double> best_, best_loss_;  // older checkpoints have no loss
  int64_t without_improvement_ = 0;
};

}  // namespace alinea
