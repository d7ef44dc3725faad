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

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_help.h"
#include "options/option_parser.h"
#include "options/option_value.h"
#include "support/messages.h"

namespace alinea {

class Options {
 public:
  Options(std::string command, std::string summary);
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // The title that the options below stand under.
  Options& group(std::string title);

  // T is int64_t, uint64_t, double, bool, std::string, std::filesystem::path or Paths,
  // which may be given several times.
  template <class T>
  Options& add(std::string name, T& value, std::string help) {
    return declare({std::move(name), std::move(help), &value, /*is_required=*/false});
  }

  // As add, and refused when absent.
  template <class T>
  Options& required(std::string name, T& value, std::string help) {
    return declare({std::move(name), std::move(help), &value, /*is_required=*/true});
  }

  // As add for a value that is one of a few.
  Options& choice(std::string name, std::string& value, std::vector<std::string> choices,
                  std::string help);

  // What the option added last accepts, both ends included. A max that is the largest value of its
  // type (or infinity) is no limit.
  template <class T>
  Options& range(T min, T max) {
    if constexpr (std::is_floating_point_v<T>) {
      return limit(static_cast<double>(min), static_cast<double>(max));
    } else {
      return limit(static_cast<int64_t>(min), static_cast<int64_t>(max));
    }
  }

  // Any other check of the option added last: holds looks at the variable, expected says what it
  // wants ("a number above 0").
  Options& expect(std::string expected, std::function<bool()> holds);

  // The path option added last names what the command writes; all others name what it reads. parse
  // refuses conflicts between them (path_conflicts.h).
  Options& output();

  // False: --help was asked for and printed, --help=man as a manual page, --help=bash as entries of
  // the completion script. Otherwise sets the variables, and std::cerr goes where --log and --quiet
  // say. Throws UsageError for anything that does not fit, and Error where the configuration file
  // cannot be read or the log cannot be written.
  bool parse(std::span<const std::string> arguments);

  // On the command line or in the configuration file.
  bool given(std::string_view name) const;

  // Every option and its value, in the order of the table; without --config, --log and --quiet.
  nlohmann::ordered_json effective() const;

  std::string help() const;

 private:
  struct Option {
    std::string name;
    std::string help;
    OptionTarget target;
    bool is_required = false;
    bool is_output = false;
    std::string group = {};
    std::string expected = {};
    std::vector<std::function<bool()>> checks = {};
    std::vector<std::string> choices = {};
  };

  Options& declare(Option option);
  Options& limit(int64_t min, int64_t max);
  Options& limit(double min, double max);
  std::vector<const Option*> all() const;
  std::vector<OptionName> names() const;
  void collect(std::vector<GivenOption> given);
  void read_config();
  void check_paths() const;
  void assign(const Option& option) const;
  void assign(const Option& option, const GivenOption& given) const;
  static OptionHelp help_of(const Option& option);
  CommandHelp description() const;

  std::string command_;
  std::string summary_;
  std::string group_ = "Options";
  std::vector<Option> options_;
  std::filesystem::path config_;
  MessageOptions messages_;
  std::vector<Option> general_;  // of every command
  std::map<std::string, std::vector<GivenOption>, std::less<>> given_;
};

}  // namespace alinea
