// N-best lists that hold each text once: different tokens may read the same, as the pieces of a
// word do, and only the best of those stays.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "search/beam_search.h"

namespace alinea {

using NBestLists = std::vector<std::vector<Hypothesis>>;

struct DistinctSearch {
  // The n best of the sentences of these indices, as the options say.
  std::function<NBestLists(std::span<const size_t> sentences, const SearchOptions& options)> find;
  // What a hypothesis of that sentence reads like.
  std::function<std::string(size_t sentence, const Hypothesis& hypothesis)> text;
};

// The n best of so many sentences with different texts. Where texts come twice, the search is asked
// again for more, with beams of up to 8 times the size and 1,000; what such a beam finds only fills
// the list up behind its best. Fewer are left where those do not suffice.
NBestLists distinct_translations(size_t sentences, const SearchOptions& options,
                                 const DistinctSearch& search);

}  // namespace alinea
