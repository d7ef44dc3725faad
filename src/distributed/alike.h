// Whether the ranks were started with the same things.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "distributed/group.h"

namespace alinea {

// given: an object, what this rank was started with by name; the program is looked at besides.
// Throws Error that names the first rank that was started with something else, and the first thing
// in which it differs from rank 0.
void check_alike(Group& group, nlohmann::ordered_json given);

}  // namespace alinea
