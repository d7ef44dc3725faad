#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea inspect: the contents of a model folder.
void inspect_command(std::span<const std::string> arguments);

}  // namespace alinea
