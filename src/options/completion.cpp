#include "options/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "options/option_help.h"

namespace alinea {

namespace {

constexpr const char* kFiles = "<files>";

// What an option's value is completed to; names are plain words, without a quote or a space.
std::string values(const OptionHelp& option) {
  return option.is_path ? kFiles : fmt::format("{}", fmt::join(option.choices, " "));
}

}  // namespace

std::string completion_head(std::span<const Command> commands) {
  std::string words;
  for (const Command& command : commands) words += fmt::format("{} ", command.name);
  return fmt::format(R"(# Completion of alinea in bash: source <(alinea --help=bash)
declare -gA _alinea_options _alinea_values  # of COMMAND, of COMMAND:OPTION
_alinea_commands='{}--help --version'
)",
                     words);
}

std::string completion_entries(const CommandHelp& help) {
  std::string names, entries;
  for (const OptionHelp& option : help.options) {
    names += fmt::format("--{} ", option.name);
    if (option.is_switch) names += fmt::format("--no-{} ", option.name);
    if (option.placeholder.empty()) continue;
    entries +=
        fmt::format("_alinea_values[{}:--{}]='{}'\n", help.command, option.name, values(option));
  }
  return fmt::format("_alinea_options[{}]='{}'\n{}", help.command, names, entries);
}

std::string completion_tail() {
  return R"(
_alinea() {
  local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words='' name
  # bash takes --cell=gru for three words.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $option == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words=$_alinea_commands
  else
    words=${_alinea_values[$command:$option]-<options>}
  fi
  case $words in
    '<files>')
      compopt -o filenames 2> /dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
    '<options>')
      words=''
      for name in ${_alinea_options[$command]-}; do
        [[ " ${COMP_WORDS[*]:2:COMP_CWORD-2} " == *" $name "* ]] || words+="$name "
      done
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _alinea alinea
)";
}

}  // namespace alinea
