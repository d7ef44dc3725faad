#pragma once

#include <span>
#include <string>

namespace alinea {

// alinea tag: sentences in, the same with a tag for each word out.
void tag_command(std::span<const std::string> arguments);

}  // namespace alinea
