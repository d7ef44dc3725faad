#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea translate: standard input to standard output, a line for a line.
void translate_command(std::span<const std::string> arguments);

}  // namespace alinea
