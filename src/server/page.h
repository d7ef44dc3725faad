// The page at / and what it loads, carried in the program.
#pragma once

#include <vector>

#include "server/http_server.h"

namespace alinea {

// Routes of the page, its style sheet and its script.
std::vector<Route> page_routes();

}  // namespace alinea
