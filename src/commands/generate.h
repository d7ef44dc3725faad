#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea generate: what a language model writes behind each prompt.
void generate_command(std::span<const std::string> arguments);

}  // namespace alinea
