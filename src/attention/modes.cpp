// The table of attention modes.
#include "attention/global.h"
#include "attention/local_monotonic.h"
#include "attention/local_predictive.h"
#include "support/name_table.h"

namespace alinea {

namespace {

using Made = std::unique_ptr<AttentionMode>;

using MakeMode = Made (*)(int64_t window, ParameterStore& store, const std::string& prefix,
                          const AttentionSizes& sizes);

const NameTable<MakeMode> kModes(
    "attention mode",
    {
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
    });

}  // namespace

std::unique_ptr<AttentionMode> make_mode(std::string_view name, int64_t window,
                                         ParameterStore& store, const std::string& prefix,
                                         const AttentionSizes& sizes) {
  if (window < 1) throw UsageError("expected attention-window to be 1 or more, got {}", window);
  return kModes[name](window, store, prefix, sizes);
}

std::vector<std::string> mode_names() { return kModes.names(); }

}  // namespace alinea
