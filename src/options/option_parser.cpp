#include "options/option_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <map>
#include <sstream>

#include "options/suggestion.h"
#include "support/error.h"
#include "text/line_reader.h"

namespace alinea {
namespace {

namespace po = boost::program_options;

po::typed_value<std::string>* text() { return po::value<std::string>(); }

std::vector<std::string> spellings(std::span<const OptionName> names) {
  std::vector<std::string> all;
  for (const OptionName& option : names) {
    all.push_back("--" + option.name);
    if (option.is_switch) all.push_back("--no-" + option.name);
  }
  return all;
}

// What to try where no option has the name.
std::string hint(const std::string& name, std::span<const std::string> known) {
  const std::string nearest = suggestion(name, known);
  return nearest.empty() ? "; see --help" : nearest;
}

po::options_description command_line_description(std::span<const OptionName> names) {
  po::options_description description;
  for (const OptionName& option : names) {
    if (option.is_switch && !option.has_values) {
      description.add_options()(option.name.c_str(), "")(("no-" + option.name).c_str(), "");
    } else {
      description.add_options()(option.name.c_str(), text(), "");
    }
  }
  return description;
}

[[noreturn]] void refuse_syntax(const po::invalid_command_line_syntax& error) {
  std::string name = error.get_option_name();
  name.erase(0, name.find_first_not_of('-'));
  if (error.kind() == po::invalid_syntax::extra_parameter) {
    throw UsageError("--{0} takes no value: give --{0} or --no-{0}", name);
  }
  throw UsageError("--{} needs a value", name);
}

// Gives switches that may have a value the one that they stand for where they have none.
std::vector<std::string> with_values(std::span<const OptionName> names,
                                     std::span<const std::string> arguments) {
  std::vector<std::string> all(arguments.begin(), arguments.end());
  for (size_t i = 0; i < all.size(); ++i)
    for (const OptionName& option : names) {
      if (!option.is_switch || !option.has_values) continue;
      const bool is_alone = i + 1 == all.size() || all[i + 1].starts_with("--");
      if (all[i] == "--" + option.name && is_alone) all[i] += "=true";
      if (all[i] == "--no-" + option.name) all[i] = "--" + option.name + "=false";
    }
  return all;
}

std::vector<po::option> read_arguments(std::span<const OptionName> names,
                                       std::span<const std::string> arguments) {
  namespace style = po::command_line_style;
  const po::options_description description = command_line_description(names);
  try {
    return po::command_line_parser(with_values(names, arguments))
        .options(description)
        .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
        .allow_unregistered()
        .run()
        .options;
  } catch (const po::invalid_command_line_syntax& error) {
    refuse_syntax(error);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

// What comes behind a switch may be meant as its value.
void check_known(const po::option& option, const po::option* before,
                 std::span<const OptionName> names) {
  const std::string& token = option.original_tokens.empty() ? option.value.at(0)  //
                                                            : option.original_tokens.front();
  if (option.unregistered) {
    const std::string name = token.substr(0, token.find('='));
    throw UsageError("unknown option {}{}", name, hint(name, spellings(names)));
  }
  if (option.position_key >= 0 || option.string_key.empty()) {
    if (before != nullptr && before->value.empty())
      throw UsageError("unexpected argument {:?}: --{} takes no value", token, before->string_key);
    throw UsageError("unexpected argument {:?}: expected options of the form --NAME VALUE", token);
  }
}

GivenOption given_option(const po::option& option, std::span<const OptionName> names) {
  const std::string& key = option.string_key;
  const std::string where = "--" + key;
  const auto named = [&key](const OptionName& candidate) { return candidate.name == key; };
  const auto exact = std::find_if(names.begin(), names.end(), named);
  if (exact == names.end()) return {key.substr(3), "false", where};  // --no-NAME
  if (exact->is_switch && !exact->has_values) return {key, "true", where};
  const std::string& value = option.value.at(0);
  // A forgotten value would make one of the next option.
  if (option.original_tokens.size() > 1 && value.starts_with("--")) {
    throw UsageError("{0} needs a value, got the option {1} (write {0}={1} if that is the value)",
                     where, value);
  }
  return {key, value, where};
}

void check_given_once(std::span<const OptionName> names, std::span<const GivenOption> given) {
  std::map<std::string, std::string> seen;
  for (const GivenOption& option : given) {
    if (std::ranges::find(names, option.name, &OptionName::name)->is_list) continue;
    const auto [first, is_new] = seen.emplace(option.name, option.where);
    if (is_new) continue;
    const bool same = first->second == option.where;
    throw UsageError("{} is given twice{}", option.where,
                     same ? std::string() : fmt::format(", first as {}", first->second));
  }
}

// Their lines, as those of any text that the user hands in.
std::vector<std::string> read_options(const std::filesystem::path& path) {
  constexpr size_t kMost = 1 << 20;  // nobody writes a megabyte of options
  LineReader reader(path);
  std::vector<std::string> lines;
  size_t bytes = 0;
  for (std::string line; reader.next(line); lines.push_back(line)) {
    bytes += line.size() + 1;
    if (bytes > kMost)
      throw Error("{}: expected a configuration file of at most 1 MB", path.string());
  }
  return lines;
}

// One line on its own, so that a message can name it. Boost would take [section] lines too. It gets
// no list of options to look at, which would take longer than all the rest of the line.
std::vector<po::option> read_line(const std::string& line, const std::string& where) {
  static const po::options_description kAny;
  const size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos || line[begin] == '#') return {};
  std::istringstream stream(line);
  try {
    if (line[begin] != '[')
      return po::parse_config_file(stream, kAny, /*allow_unregistered=*/true).options;
  } catch (const po::error&) {
    // Said below.
  }
  throw UsageError("{}: expected NAME = VALUE, got {:?}", where, line);
}

}  // namespace

std::vector<GivenOption> parse_command_line(std::span<const OptionName> names,
                                            std::span<const std::string> arguments) {
  std::vector<GivenOption> given;
  const std::vector<po::option> options = read_arguments(names, arguments);
  for (size_t i = 0; i < options.size(); ++i) {
    check_known(options[i], i > 0 ? &options[i - 1] : nullptr, names);
    given.push_back(given_option(options[i], names));
  }
  check_given_once(names, given);
  return given;
}

std::vector<GivenOption> parse_config_file(std::span<const OptionName> names,
                                           const std::filesystem::path& path) {
  std::vector<std::string> known;
  for (const OptionName& option : names) known.push_back(option.name);
  std::vector<GivenOption> given;
  int64_t number = 0;
  for (const std::string& line : read_options(path)) {
    const std::string where = fmt::format("{}:{}", path.string(), ++number);
    for (const po::option& option : read_line(line, where)) {
      const std::string& name = option.string_key;
      if (std::ranges::find(known, name) == known.end())
        throw UsageError("{}: unknown option {}{}", where, name, hint(name, known));
      given.push_back({name, option.value.at(0), fmt::format("{}: {}", where, name)});
    }
  }
  check_given_once(names, given);
  return given;
}

}  // namespace alinea
