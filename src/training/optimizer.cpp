#include "training/optimizer.h"

#include <fmt/ranges.h>

#include <stdexcept>

#include "support/error.h"
#include "training/adadelta.h"
#include "training/adagrad.h"
#include "training/adam.h"
#include "training/rmsprop.h"
#include "training/sgd.h"

namespace alinea {
namespace {

template <typename Kind>
std::unique_ptr<Optimizer> make(int64_t parameter_count, const OptimizerOptions& options) {
  return std::make_unique<Kind>(parameter_count, options);
}

struct NamedOptimizer {
  const char* name;
  double usual_learning_rate;
  std::unique_ptr<Optimizer> (*make)(int64_t, const OptimizerOptions&);
};

constexpr NamedOptimizer kOptimizers[] = {
    {"adam", 0.001, make<Adam>},     {"adamw", 0.001, make<AdamW>},
    {"sgd", 0.001, make<Sgd>},       {"adagrad", 0.01, make<Adagrad>},
    {"adadelta", 1, make<Adadelta>}, {"rmsprop", 0.001, make<RmsProp>},
};

const NamedOptimizer& named(const std::string& kind) {
  for (const NamedOptimizer& optimizer : kOptimizers) {
    if (kind == optimizer.name) return optimizer;
  }
  throw UsageError("expected an optimizer that is one of {}, got {:?}",
                   fmt::join(optimizer_names(), ", "), kind);
}

}  // namespace

void Optimizer::update(std::span<float> parameters, std::span<const float> gradients,
                       double learning_rate, double scale) {
  if (std::ssize(parameters) != parameter_count_ || std::ssize(gradients) != parameter_count_) {
    throw std::logic_error(
        fmt::format("an optimizer was made for {} parameters, got {} parameters and {} gradients",
                    parameter_count_, parameters.size(), gradients.size()));
  }
  ++steps_;
  const auto step_over = [&](int64_t begin, int64_t end, double rate) {
    const auto first = static_cast<size_t>(begin), count = static_cast<size_t>(end - begin);
    step({parameters.subspan(first, count), gradients.subspan(first, count),
          static_cast<float>(scale), begin},
         rate);
  };
  int64_t done = 0;
  for (const auto& [begin, end, factor] : scaled_) {
    step_over(done, begin, learning_rate);
    const double rate = is_normalized() ? factor * learning_rate : learning_rate;
    if (factor != 0) step_over(begin, end, rate);
    done = end;
  }
  step_over(done, parameter_count_, learning_rate);
}

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const NamedOptimizer& optimizer : kOptimizers) names.emplace_back(optimizer.name);
  return names;
}

double usual_learning_rate(const std::string& kind) { return named(kind).usual_learning_rate; }

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          int64_t parameter_count) {
  return named(options.kind).make(parameter_count, options);
}

}  // namespace alinea
