// alinea tokenize: the tokens that a model reads.
#pragma once

#include <span>
#include <string>

namespace alinea {

void tokenize_command(std::span<const std::string> arguments);

}  // namespace alinea
