#include "options/options.h"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "options/path_conflicts.h"
#include "options/suggestion.h"
#include "support/error.h"

namespace alinea {
namespace {

constexpr const char* kConfig = "config";

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
  general_.group("General")
      .add(kConfig, config_,
           "file of NAME = VALUE lines, # for comments; command-line options take precedence")
      .add("log", messages_.log, "file to append all messages to")
      .output()
      .add("quiet", messages_.quiet,
           "print only errors on standard error; --log still receives all messages")
      .add("timestamps", messages_.timestamps,
           "begin each line of messages with the time, as in 2026-01-31T23:59:59Z");
  reserve(general_.fields());
}

bool Options::parse(std::span<const std::string> arguments, const std::function<void()>& complete) {
  if (const HelpForm form = requested_help(arguments)) {
    std::cout << form(description());
    return false;
  }
  given_.clear();
  collect(parse_command_line(names(), arguments));
  read_config();
  for (const Field* option : all()) assign(*option);
  check_paths();
  send_messages(messages_);
  if (complete) complete();
  check_needs([this](const std::string& name) { return given(name); });
  return true;
}

void Options::check_paths() const {
  std::vector<NamedPath> inputs, outputs;
  for (const Field* option : all())
    for (const std::filesystem::path& path : paths_of(option->target))
      (option->is_output ? outputs : inputs).push_back({"--" + option->name, path});
  check_standard_input(inputs);
  check_outputs(inputs, outputs);
}

std::vector<const Field*> Options::all() const {
  std::vector<const Field*> all;
  for (const std::span<const Field> list : {fields(), general_.fields()})
    for (const Field& option : list)
      if (option.where != Field::Where::kFiles) all.push_back(&option);
  return all;
}

std::vector<OptionName> Options::names() const {
  std::vector<OptionName> names;
  for (const Field* option : all()) {
    names.push_back({option->name, option->is_switch(),
                     std::holds_alternative<Paths*>(option->target), !option->choices.empty()});
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
  assign(general_.fields().front());
  std::vector<OptionName> known = names();
  std::erase_if(known, [](const OptionName& option) { return option.name == kConfig; });
  collect(parse_config_file(known, config_));
}

void Options::assign(const Field& field) const {
  const auto found = given_.find(field.name);
  if (found == given_.end()) {
    if (!field.is_required) return;
    throw UsageError("--{} is missing ({}); see alinea {} --help", field.name, field.help,
                     command_);
  }
  for (const GivenOption& given : found->second) assign(field, given);
}

void Options::assign(const Field& field, const GivenOption& given) {
  if (!field.read(given.value) || !field.is_valid()) {
    throw UsageError("{}: expected {}, got {:?}{}", given.where, field.expected, given.value,
                     suggestion(given.value, field.choices));
  }
}

bool Options::given(std::string_view name) const { return given_.find(name) != given_.end(); }

void Options::assume(std::string_view name, std::string value) const {
  if (!given(name)) assign(field(std::string(name)), {std::string(name), std::move(value), "--"});
}

nlohmann::ordered_json Options::effective() const {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Field& option : fields())
    if (option.where == Field::Where::kEverywhere && is_used(option))
      json[option.name] = option.json();
  return json;
}

OptionHelp Options::help_of(const Field& field) {
  OptionHelp help{.group = field.group,
                  .name = field.name,
                  .placeholder = placeholder_of(field.target),
                  .text = field.help,
                  .is_switch = field.is_switch(),
                  .is_required = field.is_required,
                  .is_path = is_path(field.target),
                  .choices = field.choices};
  const bool is_bool = std::holds_alternative<bool*>(field.target);
  const std::string value = is_bool ? on_or_off(field.target) : text_of(field.target);
  if (!field.on.empty())
    help.text +=
        fmt::format("; without a value {}, --no-{} is {}", field.on, field.name, field.off);
  if (field.is_required) {
    help.text += " (required)";
  } else if (!value.empty()) {
    const std::string limits = limits_of(field.expected);
    help.text += fmt::format(" ({}{}{})", value, limits.empty() ? "" : "; ", limits);
  }
  return help;
}

CommandHelp Options::description() const {
  CommandHelp all{.command = command_, .summary = summary_, .options = {}};
  for (const Field* option : this->all()) all.options.push_back(help_of(*option));
  all.options.push_back(
      {.group = "General", .name = "help", .placeholder = {}, .text = "print this and exit"});
  return all;
}

std::string Options::help() const { return help_text(description()); }

}  // namespace alinea
