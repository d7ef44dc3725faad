# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# What the scripts of studies have in common. They source it.

# usage WORD...: says how the script is called, and ends it.
usage() {
  echo "usage: $0 $*" >&2
  exit 2
}

# begin OUT: makes the folder of the results, and goes to the project's. Sets out and alinea, the program.
begin() {
  mkdir -p "$1"
  out=$(realpath "$1")
  cd "$(dirname "${BASH_SOURCE[0]}")/../.."
  alinea=${ALINEA:-$PWD/build/alinea}
}

# is_wanted NAME: whether the name begins with one of those in wanted. If there are none, all are.
is_wanted() {
  local beginning
  ((${#wanted[@]} > 0)) || return 0
  for beginning in "${wanted[@]}"; do
    [[ $1 != "$beginning"* ]] || return 0
  done
  return 1
}

# words FILE...: the sentences of columns, gzipped, a line each.
words() {
  zcat "$@" | awk -F '\t' '
    NF < 2 { if (line != "") print substr(line, 2); line = ""; next }
    { line = line " " $1 }
    END { if (line != "") print substr(line, 2) }'
}
