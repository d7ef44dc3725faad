// The version of the program and the library.
#pragma once

#include <string>

namespace alinea {

std::string program_version();  // "0.2.0"

}  // namespace alinea
