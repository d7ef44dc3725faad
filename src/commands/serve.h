#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea serve: models over HTTP, until SIGTERM or SIGINT.
void serve_command(std::span<const std::string> arguments);

}  // namespace alinea
