// The table of scores: a new one is a file of its own and a line here.
#include "attention/additive.h"
#include "attention/concat.h"
#include "attention/dot.h"
#include "attention/general.h"
#include "attention/location.h"
#include "attention/scaled_dot.h"
#include "support/name_table.h"

namespace alinea {

namespace {

template <typename S>
std::unique_ptr<Score> make(ParameterStore& store, const std::string& prefix,
                            const AttentionSizes& sizes) {
  return std::make_unique<S>(store, prefix, sizes);
}

using MakeScore = std::unique_ptr<Score> (*)(ParameterStore&, const std::string& prefix,
                                             const AttentionSizes&);

const NameTable<MakeScore> kScores("attention score", {{"additive", make<AdditiveScore>},
                                                       {"dot", make<DotScore>},
                                                       {"general", make<GeneralScore>},
                                                       {"concat", make<ConcatScore>},
                                                       {"scaled-dot", make<ScaledDotScore>},
                                                       {"location", make<LocationScore>}});

}  // namespace

std::unique_ptr<Score> make_score(std::string_view name, ParameterStore& store,
                                  const std::string& prefix, const AttentionSizes& sizes) {
  return kScores[name](store, prefix, sizes);
}

std::vector<std::string> score_names() { return kScores.names(); }

}  // namespace alinea
