#include "options/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "options/suggestion.h"
#include "support/error.h"

namespace alinea {

const Command& find_command(std::span<const Command> commands, std::string_view name) {
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name) return command;
    names.emplace_back(command.name);
  }
  const bool is_option = name.starts_with('-');
  if (is_option) names = {"--help", "--version"};
  throw UsageError("unknown {} {:?}{}; see alinea --help", is_option ? "option" : "command", name,
                   suggestion(name, names));
}

std::string usage(std::span<const Command> commands) {
  size_t width = 0;
  for (const Command& command : commands) width = std::max(width, command.name.size());
  std::string text = "Usage: alinea COMMAND [options]\n\nCommands:\n";
  for (const Command& command : commands) {
    text += fmt::format("  {:{}}  {}\n", command.name, width, command.summary);
  }
  return text +
         "\n  alinea COMMAND --help  lists the options of a command\n"
         "  alinea --help=bash     prints a completion script for bash\n"
         "  alinea --version       prints the version and what it was built with\n";
}

}  // namespace alinea
