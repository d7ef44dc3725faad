#include "options/options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <utility>

#include "options/path_conflicts.h"
#include "options/suggestion.h"
#include "support/error.h"

namespace alinea {
namespace {

constexpr const char* kConfig = "config";

template <typename Number>
std::string limits_text(const std::string& kind, Number min, Number max) {
  const bool open =
      max == std::numeric_limits<Number>::max() || max == std::numeric_limits<Number>::infinity();
  return open ? fmt::format("{} of at least {}", kind, min)
              : fmt::format("{} from {} to {}", kind, min, max);
}

// The limits in the text of what an option expects, "1 to 1000"; empty where they go without
// saying.
std::string limits_of(std::string_view expected) {
  for (const std::string_view kind : {"a whole number ", "a number "})
    if (expected.starts_with(kind)) {
      expected.remove_prefix(kind.size());
      if (expected.starts_with("from ")) expected.remove_prefix(std::string_view("from ").size());
      if (expected.starts_with("of ")) expected.remove_prefix(std::string_view("of ").size());
      return expected == "at least 0" ? std::string() : std::string(expected);
    }
  return {};
}

using HelpForm = std::string (*)(const CommandHelp& help);

// The form of help that is asked for, or null.
HelpForm requested_help(std::span<const std::string> arguments) {
  constexpr std::pair<const char*, HelpForm> kForms[] = {{"--help", help_text},
                                                         {"-h", help_text},
                                                         {"--help=man", man_page},
                                                         {"--help=bash", completion_entries}};
  for (const std::string& argument : arguments)
    for (const auto& [name, form] : kForms)
      if (argument == name) return form;
  return nullptr;
}

std::string on_or_off(const OptionTarget& target) {
  return *std::get<bool*>(target) ? "on" : "off";
}

}  // namespace

Options::Options(std::string command, std::string summary)
    : command_(std::move(command)), summary_(std::move(summary)) {
  const auto general = [this](std::string name, OptionTarget target, std::string help) {
    general_.push_back({.name = std::move(name),
                        .help = std::move(help),
                        .target = target,
                        .group = "General",
                        .expected = kind_of(target)});
  };
  general(kConfig, &config_,
          "file of NAME = VALUE lines, # for comments; command-line options take precedence");
  general("log", &messages_.log, "file to append all messages to");
  general_.back().is_output = true;
  general("quiet", &messages_.quiet,
          "print only errors on standard error; --log still receives all messages");
}

Options& Options::group(std::string title) {
  group_ = std::move(title);
  return *this;
}

Options& Options::declare(Option option) {
  const auto same = [&option](const Option* other) { return other->name == option.name; };
  if (std::ranges::any_of(all(), same))
    throw std::logic_error("option declared twice: " + option.name);
  option.group = group_;
  option.expected = kind_of(option.target);
  options_.push_back(std::move(option));
  return *this;
}

Options& Options::choice(std::string name, std::string& value, std::vector<std::string> choices,
                         std::string help) {
  const std::string list = fmt::format("{}", fmt::join(choices, ", "));
  add(std::move(name), value, fmt::format("{}: one of {}", help, list));
  options_.back().choices = choices;
  return expect("one of " + list, [&value, known = std::move(choices)] {
    return std::find(known.begin(), known.end(), value) != known.end();
  });
}

Options& Options::expect(std::string expected, std::function<bool()> holds) {
  options_.back().expected = std::move(expected);
  options_.back().checks.push_back(std::move(holds));
  return *this;
}

Options& Options::limit(int64_t min, int64_t max) {
  const OptionTarget target = options_.back().target;
  if (const auto* number = std::get_if<int64_t*>(&target)) {
    return expect(limits_text("a whole number", min, max),
                  [=, value = *number] { return *value >= min && *value <= max; });
  }
  if (const auto* number = std::get_if<uint64_t*>(&target)) {
    return expect(limits_text("a whole number", min, max), [=, value = *number] {
      return std::cmp_greater_equal(*value, min) && std::cmp_less_equal(*value, max);
    });
  }
  return limit(static_cast<double>(min), static_cast<double>(max));
}

Options& Options::limit(double min, double max) {
  double* value = std::get<double*>(options_.back().target);
  return expect(limits_text("a number", min, max), [=] { return *value >= min && *value <= max; });
}

Options& Options::output() {
  if (!is_path(options_.back().target))
    throw std::logic_error("no path to write to: " + options_.back().name);
  options_.back().is_output = true;
  return *this;
}

bool Options::parse(std::span<const std::string> arguments) {
  if (const HelpForm form = requested_help(arguments)) {
    std::cout << form(description());
    return false;
  }
  given_.clear();
  collect(parse_command_line(names(), arguments));
  read_config();
  for (const Option* option : all()) assign(*option);
  check_paths();
  send_messages(messages_);
  return true;
}

void Options::check_paths() const {
  std::vector<NamedPath> inputs, outputs;
  for (const Option* option : all())
    for (const std::filesystem::path& path : paths_of(option->target))
      (option->is_output ? outputs : inputs).push_back({"--" + option->name, path});
  check_outputs(inputs, outputs);
}

std::vector<const Options::Option*> Options::all() const {
  std::vector<const Option*> all;
  for (const std::vector<Option>* list : {&options_, &general_})
    for (const Option& option : *list) all.push_back(&option);
  return all;
}

std::vector<OptionName> Options::names() const {
  std::vector<OptionName> names;
  for (const Option* option : all()) {
    names.push_back({option->name, std::holds_alternative<bool*>(option->target),
                     std::holds_alternative<Paths*>(option->target)});
  }
  return names;
}

// The first place to name an option has it.
void Options::collect(std::vector<GivenOption> given) {
  std::map<std::string, std::vector<GivenOption>, std::less<>> here;
  for (GivenOption& option : given) {
    std::string name = option.name;
    here[std::move(name)].push_back(std::move(option));
  }
  given_.merge(here);
}

void Options::read_config() {
  if (!given(kConfig)) return;
  assign(general_.front());
  std::vector<OptionName> known = names();
  std::erase_if(known, [](const OptionName& option) { return option.name == kConfig; });
  collect(parse_config_file(known, config_));
}

void Options::assign(const Option& option) const {
  const auto found = given_.find(option.name);
  if (found == given_.end()) {
    if (!option.is_required) return;
    throw UsageError("--{} is missing ({}); see alinea {} --help", option.name, option.help,
                     command_);
  }
  for (const GivenOption& given : found->second) assign(option, given);
}

void Options::assign(const Option& option, const GivenOption& given) const {
  const auto holds = [](const std::function<bool()>& check) { return check(); };
  if (!read_value(option.target, given.value) ||
      !std::all_of(option.checks.begin(), option.checks.end(), holds)) {
    throw UsageError("{}: expected {}, got {:?}{}", given.where, option.expected, given.value,
                     suggestion(given.value, option.choices));
  }
}

bool Options::given(std::string_view name) const { return given_.find(name) != given_.end(); }

nlohmann::ordered_json Options::effective() const {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Option& option : options_) json[option.name] = json_of(option.target);
  return json;
}

OptionHelp Options::help_of(const Option& option) {
  OptionHelp help{.group = option.group,
                  .name = option.name,
                  .placeholder = placeholder_of(option.target),
                  .text = option.help,
                  .is_switch = std::holds_alternative<bool*>(option.target),
                  .is_required = option.is_required,
                  .is_path = is_path(option.target),
                  .choices = option.choices};
  const std::string value = help.is_switch ? on_or_off(option.target) : text_of(option.target);
  if (option.is_required) {
    help.text += " (required)";
  } else if (!value.empty()) {
    const std::string limits = limits_of(option.expected);
    help.text += fmt::format(" ({}{}{})", value, limits.empty() ? "" : "; ", limits);
  }
  return help;
}

CommandHelp Options::description() const {
  CommandHelp all{.command = command_, .summary = summary_, .options = {}};
  for (const Option* option : this->all()) all.options.push_back(help_of(*option));
  all.options.push_back(
      {.group = "General", .name = "help", .placeholder = {}, .text = "print this and exit"});
  return all;
}

std::string Options::help() const { return help_text(description()); }

}  // namespace alinea
