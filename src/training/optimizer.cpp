#include "training/optimizer.h"

#include <fmt/format.h>

#include <stdexcept>

#include "options/field_list.h"
#include "options/limits.h"
#include "support/name_table.h"
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

struct Kind {
  double usual_learning_rate;
  std::unique_ptr<Optimizer> (*make)(int64_t, const OptimizerOptions&);
};

const NameTable<Kind> kOptimizers("optimizer", {{"adam", {0.001, make<Adam>}},
                                                {"adamw", {0.001, make<AdamW>}},
                                                {"sgd", {0.001, make<Sgd>}},
                                                {"adagrad", {0.01, make<Adagrad>}},
                                                {"adadelta", {1, make<Adadelta>}},
                                                {"rmsprop", {0.001, make<RmsProp>}}});

// The square of a gradient below 1e-22 is 0 as a float, and its root divides by epsilon alone: a
// smaller epsilon makes a huge step of it, or none at all.
constexpr double kLeastEpsilon = 1e-20;

}  // namespace

void OptimizerOptions::visit(FieldList& fields) {
  fields.choice("optimizer", kind, optimizer_names(), "optimizer")
      .add("adam-beta1", beta1, "adam, adamw: decay of the running mean of gradients")
      .range(0.0, kBelowOne)
      .needs("optimizer", {"adam", "adamw"})
      .add("adam-beta2", beta2, "adam, adamw: decay of the running mean of squared gradients")
      .range(0.0, kBelowOne)
      .needs("optimizer", {"adam", "adamw"})
      .add("rho", rho,
           "adadelta, rmsprop: decay of running means; 0: 0.95 for adadelta, 0.9 for rmsprop")
      .range(0.0, kBelowOne)
      .needs("optimizer", {"adadelta", "rmsprop"})
      .add("epsilon", epsilon,
           "all but sgd: added to divisors; 0: 1e-8, for adagrad 1e-10, for adadelta 1e-6")
      .expect(fmt::format("0, or a number from {} to 1", kLeastEpsilon),
              [this] { return epsilon == 0 || (epsilon >= kLeastEpsilon && epsilon <= 1); })
      .needs("optimizer", {"adam", "adamw", "adagrad", "adadelta", "rmsprop"})
      .add("momentum", momentum, "sgd: share of the previous step that is added to the next")
      .range(0.0, kBelowOne)
      .needs("optimizer", {"sgd"})
      .add("weight-decay", weight_decay,
           "adamw: share of each weight that a step subtracts, times the learning rate")
      .range(0.0, 1.0)
      .needs("optimizer", {"adamw"});
}

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
    if (factor != 0) step_over(begin, end, factor * learning_rate);
    done = end;
  }
  step_over(done, parameter_count_, learning_rate);
}

std::vector<std::string> optimizer_names() { return kOptimizers.names(); }

double usual_learning_rate(const std::string& kind) {
  return kOptimizers[kind].usual_learning_rate;
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          int64_t parameter_count) {
  return kOptimizers[options.kind].make(parameter_count, options);
}

}  // namespace alinea
