#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea score: the log-probability of given pairs.
void score_command(std::span<const std::string> arguments);

}  // namespace alinea
