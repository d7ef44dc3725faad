// Help for a name that was mistyped.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace alinea {

// The candidate nearest to name by edit distance (Levenshtein 1966), capitals aside, or the one
// that name begins; empty where none is near.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

// "; did you mean NEAREST?", or empty. Names of other toolkits and of other commands are known,
// too: of "--layers" it is "; did you mean --encoder-layers or --decoder-layers?".
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace alinea
