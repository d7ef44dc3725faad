// The tokens of a translation as people are to see them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "search/beam_search.h"
#include "search/source_line.h"
#include "search/unknown_replacement.h"
#include "text/language.h"

namespace alinea {

// In the place of <unk> stands what the prefix has there, whose tokens need not be in the
// vocabulary, or the replacement's word, where there is one. `replacement` may be nullptr; else the
// hypothesis has its attention.
std::vector<std::string> shown_tokens(const Language& target, const SourceLine& source,
                                      const Hypothesis& hypothesis,
                                      std::span<const std::string> prefix,
                                      const UnknownReplacement* replacement);

}  // namespace alinea
