#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea align: what attention does with given pairs.
void align_command(std::span<const std::string> arguments);

}  // namespace alinea
