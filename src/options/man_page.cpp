#include "options/man_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "options/option_help.h"
#include "support/version.h"

namespace alinea {

namespace {

constexpr const char* kProgramOptions = R"(.SH OPTIONS
.TP
.B \-\-help
print the commands; after a command, its options
.TP
.B \-\-help=man
print this page; after a command, its page
.TP
.B \-\-help=bash
print a script with which bash completes commands, options and values
.TP
.B \-\-help=commands
print the names of the commands
.TP
.B \-\-version
print the version of the program and what it was built with
.SH ENVIRONMENT
.TP
.B OMP_NUM_THREADS
number of threads unless \-\-threads is given; the default is one per core
.TP
.B OMP_THREAD_LIMIT
largest number of threads unless \-\-threads is given
.PP
Other OpenMP variables do not change the number of threads.
)";

constexpr const char* kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
success
.TP
.B 1
invalid data, a file that cannot be used, or a failed run
.TP
.B 2
wrong usage
)";

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

// "Translates ..." as it goes on behind "alinea-translate - ".
std::string lower_first(std::string_view sentence) {
  std::string text(sentence);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] | 32);
  return text;
}

std::string synopsis(const CommandHelp& help) {
  std::string text = fmt::format(".SH SYNOPSIS\n.B alinea {}\n", roff(help.command));
  for (const OptionHelp& option : help.options) {
    if (!option.is_required) continue;
    text += fmt::format(".B {}\n.I {}\n", roff("--" + option.name), roff(option.placeholder));
  }
  return text + ".RI [ options ]\n";
}

std::string entry(const OptionHelp& option) {
  const std::string name = roff("--" + option.name);
  std::string term = fmt::format(".B {}", name);
  if (option.is_switch && option.placeholder.empty()) {
    term = fmt::format(".BR {} \", \" {}", name, roff("--no-" + option.name));
  } else if (!option.placeholder.empty()) {
    term = fmt::format(".BI {} \" {}\"", name, roff(option.placeholder));
  }
  return fmt::format(".TP\n{}\n{}\n", term, roff(option.text));
}

}  // namespace

std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool begins_line = escaped.empty() || escaped.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string man_head(std::string_view name, std::string_view summary) {
  return fmt::format(".TH {} 1 \"\" \"alinea {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
                     roff(upper(std::string(name))), program_version(), roff(name), roff(summary));
}

std::string program_page(std::span<const Command> commands) {
  std::string text = man_head("alinea", "sequence-to-sequence models with attention") +
                     ".SH SYNOPSIS\n.B alinea\n.I command\n.RI [ options ]\n"
                     ".SH DESCRIPTION\n"
                     "Trains translation models with attention, translates with them, and\n"
                     "shows their attention; the same for document classifiers.\n"
                     ".SH COMMANDS\n";
  for (const Command& command : commands) {
    text +=
        fmt::format(".TP\n.BR alinea\\-{} (1)\n{}\n", roff(command.name), roff(command.summary));
  }
  return text + kProgramOptions + kExitStatus;
}

std::string man_page(const CommandHelp& help) {
  std::string text = man_head("alinea-" + help.command, lower_first(help.summary)) +
                     synopsis(help) + ".SH OPTIONS\nDefaults and limits are in parentheses.\n";
  std::string group;
  for (const OptionHelp& option : help.options) {
    if (option.group != group) text += fmt::format(".SS {}\n", roff(option.group));
    group = option.group;
    text += entry(option);
  }
  return text + kExitStatus + ".SH SEE ALSO\n.BR alinea (1)\n";
}

}  // namespace alinea
