// The table of scores: a new one is a file of its own and a line here.
#include <fmt/ranges.h>

#include "attention/additive.h"
#include "attention/concat.h"
#include "attention/dot.h"
#include "attention/general.h"
#include "attention/location.h"
#include "attention/scaled_dot.h"
#include "support/error.h"

namespace alinea {

namespace {

template <typename S>
std::unique_ptr<Score> make(ParameterStore& store, const std::string& prefix,
                            const AttentionSizes& sizes) {
  return std::make_unique<S>(store, prefix, sizes);
}

struct NamedScore {
  const char* name;
  std::unique_ptr<Score> (*make)(ParameterStore&, const std::string& prefix, const AttentionSizes&);
};

constexpr NamedScore kScores[] = {
    {"additive", make<AdditiveScore>},    {"dot", make<DotScore>},
    {"general", make<GeneralScore>},      {"concat", make<ConcatScore>},
    {"scaled-dot", make<ScaledDotScore>}, {"location", make<LocationScore>},
};

}  // namespace

std::unique_ptr<Score> make_score(std::string_view name, ParameterStore& store,
                                  const std::string& prefix, const AttentionSizes& sizes) {
  for (const NamedScore& score : kScores)
    if (name == score.name) return score.make(store, prefix, sizes);
  throw UsageError("expected a score that is one of {}, got '{}'", fmt::join(score_names(), ", "),
                   name);
}

std::vector<std::string> score_names() {
  std::vector<std::string> names;
  for (const NamedScore& score : kScores) names.emplace_back(score.name);
  return names;
}

}  // namespace alinea
