// Links of a pair that two models have read, one in each direction.
#pragma once

#include <string>
#include <vector>

#include "reports/alignment.h"
#include "reports/link_extraction.h"

namespace alinea {

// The methods of metrics/symmetrization.h, which combine the links of both directions, and "mean":
// links are made of the mean weights of both.
std::vector<std::string> ways_to_symmetrize();

// Why the links of an alignment and its reverse cannot be combined, which has to be that both are
// not of the same words; else nothing. `unit` is what both models have aligned.
std::string difference_of_directions(const Alignment& alignment, const std::string& unit);

// Links of both directions in one of these ways; none of an alignment without a reverse.
LinksOf symmetrized_links(const std::string& way, const LinkExtraction& extraction);

}  // namespace alinea
