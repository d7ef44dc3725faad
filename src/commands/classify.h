#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea classify: documents in, their classes out.
void classify_command(std::span<const std::string> arguments);

}  // namespace alinea
