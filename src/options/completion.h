// Completion of commands, options and values in bash.
#pragma once

#include <span>
#include <string>

#include "options/command.h"

namespace alinea {

// The script's two parts; between them come the completion_entries of every command.
std::string completion_head(std::span<const Command> commands);
std::string completion_tail();

}  // namespace alinea
