#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea report: a run on one HTML page.
void report_command(std::span<const std::string> arguments);

}  // namespace alinea
