// alinea average: makes one model of several that differ in their parameters alone.
#pragma once

#include <span>
#include <string>

namespace alinea {

void average_command(std::span<const std::string> arguments);

}  // namespace alinea
