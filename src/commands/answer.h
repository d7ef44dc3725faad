#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea answer: questions in, the words that belong into their blanks out.
void answer_command(std::span<const std::string> arguments);

}  // namespace alinea
