// alinea evaluate: BLEU and chrF of translations against references.
#pragma once

#include <span>
#include <string>

namespace alinea {

void evaluate_command(std::span<const std::string> arguments);

}  // namespace alinea
