// The options of a command: one table that serves --help, the command line, --config and the
// record of what a run was made with.
//
//   int64_t epochs = 10;
//   Options options("train", "Trains a model");
//   options.group("Length").add("epochs", epochs, "passes over the data").range(1, 1000);
//   if (!options.parse(arguments)) return;
//
// Everything is given by name, --name VALUE or --name=VALUE; a bool by --name or --no-name. The
// variables hold the defaults and must outlive the table.
//
// Every table has three options more: --config FILE, a file of "name = value" lines, over which
// command-line options take precedence; --log FILE and --quiet, which say where messages go
// (support/messages.h).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/field_list.h"
#include "options/option_help.h"
#include "options/option_parser.h"
#include "support/messages.h"

namespace alinea {

class Options : public FieldList {
 public:
  Options(std::string command, std::string summary);
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // False: --help was asked for and printed, --help=man as a manual page, --help=bash as entries of
  // the completion script. Otherwise sets the variables, and std::cerr goes where --log and --quiet
  // say. Throws UsageError for anything that does not fit, and Error where the configuration file
  // cannot be read or the log cannot be written.
  // `complete` is called before the needs of options are checked: it may set what was not given.
  bool parse(std::span<const std::string> arguments, const std::function<void()>& complete = {});

  // On the command line or in the configuration file.
  bool given(std::string_view name) const;
  // Gives an option that was not given another value than its default, as text. After parse.
  void assume(std::string_view name, std::string value) const;

  // Every option that has a use beside the others and its value, in the order of the table; without
  // other names of options, and without --config, --log and --quiet.
  nlohmann::ordered_json effective() const;

  std::string help() const;

 private:
  std::vector<const Field*> all() const;
  std::vector<OptionName> names() const;
  void collect(std::vector<GivenOption> given);
  void read_config();
  void check_paths() const;
  void assign(const Field& field) const;
  static void assign(const Field& field, const GivenOption& given);
  static OptionHelp help_of(const Field& field);
  CommandHelp description() const;

  std::string command_;
  std::string summary_;
  std::filesystem::path config_;
  MessageOptions messages_;
  FieldList general_;  // of every command
  std::map<std::string, std::vector<GivenOption>, std::less<>> given_;
};

}  // namespace alinea
