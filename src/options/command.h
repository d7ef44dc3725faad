// The commands of the program, each a function over the arguments behind its name.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace alinea {

struct Command {
  std::string_view name;
  std::string_view summary;  // one line
  void (*run)(std::span<const std::string> arguments);
  std::string_view less_memory;  // what to try where memory runs out
  bool runs_on_ranks = false;    // processes that were started together work on it together
};

// Throws UsageError where no command has the name.
const Command& find_command(std::span<const Command> commands, std::string_view name);

// How the program is called, and a line for each command.
std::string usage(std::span<const Command> commands);

}  // namespace alinea
