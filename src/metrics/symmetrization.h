// One alignment from two, made in opposite directions (Och & Ney 2003; Koehn, Och & Marcu 2003,
// section 4.5 for grow-diag, with its final-and step as Moses has it).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/links.h"

namespace alinea {

// "intersection", "union" or "grow-diag-final-and"; both with the source first. Throws UsageError
// for another method.
Links symmetrize(std::string_view method, const Links& forward, const Links& backward);
std::vector<std::string> symmetrization_names();

}  // namespace alinea
