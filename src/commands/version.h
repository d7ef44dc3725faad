// What the program is and what it computes with.
#pragma once

#include <string>

namespace alinea {

// Several lines: the version, the oneDNN that is loaded, the compiler, the instruction set.
std::string version_text();

}  // namespace alinea
