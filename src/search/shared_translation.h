// Translation by several ranks.
#pragma once

#include <span>
#include <vector>

#include "distributed/group.h"
#include "search/translator.h"

namespace alinea {

// translate(), of which every rank does a part: one batch in so many. Called with the same on all
// ranks. All get the translations that a process by itself would get, to the bit.
std::vector<std::vector<Hypothesis>> translate_together(Group& group, const Ensemble& ensemble,
                                                        std::span<const SentencePair> sources,
                                                        TranslatorOptions options,
                                                        std::span<const Guidance> guidance);

}  // namespace alinea
