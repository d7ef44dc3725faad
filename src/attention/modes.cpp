// The table of attention modes.
#include <fmt/ranges.h>

#include "attention/global.h"
#include "attention/local_monotonic.h"
#include "attention/local_predictive.h"
#include "support/error.h"

namespace alinea {

namespace {

using Made = std::unique_ptr<AttentionMode>;

struct NamedMode {
  const char* name;
  Made (*make)(int64_t window, ParameterStore& store, const std::string& prefix,
               const AttentionSizes& sizes);
};

const NamedMode kModes[] = {
    {"global",
     [](int64_t, ParameterStore&, const std::string&, const AttentionSizes&) -> Made {
       return std::make_unique<GlobalMode>();
     }},
    {"local-m",
     [](int64_t window, ParameterStore&, const std::string&, const AttentionSizes&) -> Made {
       return std::make_unique<LocalMonotonicMode>(window);
     }},
    {"local-p",
     [](int64_t window, ParameterStore& store, const std::string& prefix,
        const AttentionSizes& sizes) -> Made {
       return std::make_unique<LocalPredictiveMode>(window, store, prefix, sizes);
     }},
};

}  // namespace

std::unique_ptr<AttentionMode> make_mode(std::string_view name, int64_t window,
                                         ParameterStore& store, const std::string& prefix,
                                         const AttentionSizes& sizes) {
  if (window < 1) throw UsageError("expected --attention-window to be 1 or more, got {}", window);
  for (const NamedMode& mode : kModes)
    if (name == mode.name) return mode.make(window, store, prefix, sizes);
  throw UsageError("expected an attention mode that is one of {}, got '{}'",
                   fmt::join(mode_names(), ", "), name);
}

std::vector<std::string> mode_names() {
  std::vector<std::string> names;
  for (const NamedMode& mode : kModes) names.emplace_back(mode.name);
  return names;
}

}  // namespace alinea
