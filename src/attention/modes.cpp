// The table of attention modes.
#include <algorithm>
#include <numeric>

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

std::span<const ops::Window> windows_around(Tape& tape, std::span<const ops::Window> windows,
                                            const Variable& weights, int64_t reach) {
  const std::span<ops::Window> narrowed =
      tape.arena().array<ops::Window>(static_cast<int64_t>(windows.size()));
  const int64_t positions = weights.columns();
  for (size_t i = 0; i < windows.size(); ++i) {
    const float* row = weights.value() + static_cast<int64_t>(i) * positions;
    const double half = std::accumulate(row, row + positions, 0.0) / 2;
    int64_t median = 0;
    for (double sum = row[0]; sum < half && median + 1 < positions; sum += row[++median]) {
    }
    const ops::Window near{std::max(windows[i].begin, median - reach),
                           std::min(windows[i].end, median + reach + 1)};
    narrowed[i] = near.begin < near.end ? near : windows[i];
  }
  return narrowed;
}

}  // namespace alinea
