// What was said on the command line or in a configuration file, not yet what it means.
// Boost.Program_options does the reading.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace alinea {

struct OptionName {
  std::string name;      // without "--"
  bool is_switch;        // --name and --no-name on the command line, name = true or false in a file
  bool is_list = false;  // may be given again
  bool has_values = false;  // a switch that may be given a value as well, --name VALUE
};

struct GivenOption {
  std::string name;
  std::string value;  // of a switch: true or false
  std::string where;  // how a message begins: "--name", or "FILE:LINE: name"
};

// Both throw UsageError for an unknown option, an option without a value, one given twice, and for
// whatever is not an option. Options are never abbreviated.
std::vector<GivenOption> parse_command_line(std::span<const OptionName> names,
                                            std::span<const std::string> arguments);

// "name = value" a line; # begins a comment. Throws Error where the file cannot be read.
std::vector<GivenOption> parse_config_file(std::span<const OptionName> names,
                                           const std::filesystem::path& path);

}  // namespace alinea
