// What a command's options are, in words: --help, and what manual pages and completion are made of.
#pragma once

#include <string>
#include <vector>

namespace alinea {

struct OptionHelp {
  std::string group;
  std::string name;         // without "--"
  std::string placeholder;  // for the value; empty for a switch, which has none
  std::string text;
  bool is_switch = false;  // --no-name as well
  bool is_required = false;
  bool is_path = false;
  std::vector<std::string> choices = {};  // what the value is one of; empty: any
};

struct CommandHelp {
  std::string command;
  std::string summary;  // a sentence without its full stop
  std::vector<OptionHelp> options;
};

// The options of each group below its title, in their order, wrapped to 80 columns.
std::string help_text(const CommandHelp& help);

// The page of section 1 that `man alinea-COMMAND` shows, in roff's man macros.
std::string man_page(const CommandHelp& help);

// The command's entries in the tables of the completion script (completion.h).
std::string completion_entries(const CommandHelp& help);

}  // namespace alinea
