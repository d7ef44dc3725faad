// Help for a name that was mistyped.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace alinea {

// The candidate nearest to name by edit distance (Levenshtein 1966), capitals aside, or the one
// that name begins; empty where none is near.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

// "; did you mean NEAREST?", or empty.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace alinea
