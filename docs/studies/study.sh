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

# in_background COMMAND...: starts it, in a process group of its own. The group ends with the script.
background=()
in_background() {
  trap stop_background EXIT
  set -m
  "$@" &
  background+=($!)
  set +m
}
stop_background() {
  local group
  for group in "${background[@]}"; do kill -- "-$group" 2> /dev/null || true; done
}

# wait_for_background: until all that runs there has ended. The first that fails ends the script.
wait_for_background() {
  local status=0
  while ((${#background[@]} > 0)); do
    wait "${background[0]}" || status=$?
    background=("${background[@]:1}")  # its number may soon be somebody else's
    ((status == 0)) || exit "$status"
  done
}

# words FILE...: the sentences of columns, gzipped, a line each.
words() {
  zcat "$@" | awk -F '\t' '
    NF < 2 { if (line != "") print substr(line, 2); line = ""; next }
    { line = line " " $1 }
    END { if (line != "") print substr(line, 2) }'
}
