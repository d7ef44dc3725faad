#include "options/option_help.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <map>
#include <sstream>

namespace alinea {

std::string help_text(const CommandHelp& help) {
  namespace po = boost::program_options;
  std::vector<std::string> titles;
  std::map<std::string, po::options_description> groups;
  for (const OptionHelp& option : help.options) {
    const auto [group, is_new] = groups.try_emplace(option.group, option.group);
    if (is_new) titles.push_back(option.group);
    auto add = group->second.add_options();
    if (option.placeholder.empty()) {
      const std::string name = (option.is_switch ? "[no-]" : "") + option.name;
      add(name.c_str(), option.text.c_str());
    } else {
      const std::string name = (option.is_switch ? "[no-]" : "") + option.name;
      add(name.c_str(), po::value<std::string>()->value_name(option.placeholder),
          option.text.c_str());
    }
  }
  po::options_description all;
  for (const std::string& title : titles) all.add(groups.at(title));
  std::ostringstream stream;
  stream << all;
  return fmt::format("Usage: alinea {} [options]\n{}. Defaults and limits are in parentheses.\n{}",
                     help.command, help.summary, stream.str());
}

}  // namespace alinea
