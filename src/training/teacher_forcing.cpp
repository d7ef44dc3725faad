#include "training/teacher_forcing.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace alinea {

namespace {

struct NamedDecay {
  const char* name;
  double (*probability)(double k, double i);
};

constexpr NamedDecay kDecays[] = {
    {"none", [](double, double) { return 1.0; }},
    {"linear", [](double k, double i) { return 1 - i / k; }},
    {"exponential", [](double k, double i) { return std::exp(-i / k); }},
    {"inverse-sigmoid", [](double k, double i) { return k / (k + std::exp(i / k)); }},
};

}  // namespace

std::vector<std::string> scheduled_sampling_names() {
  std::vector<std::string> names;
  for (const NamedDecay& schedule : kDecays) names.emplace_back(schedule.name);
  return names;
}

double teacher_forcing(const ScheduledSamplingOptions& options, int64_t update) {
  for (const NamedDecay& schedule : kDecays)
    if (options.kind == schedule.name)
      return std::max(options.minimum,
                      schedule.probability(options.decay, static_cast<double>(update)));
  throw UsageError("expected --scheduled-sampling to be one of {}, got '{}'",
                   fmt::join(scheduled_sampling_names(), ", "), options.kind);
}

}  // namespace alinea
