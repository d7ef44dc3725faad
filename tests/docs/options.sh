#!/usr/bin/env bash
# options.sh PROJECT PROGRAM: every option in a first column of docs/options.md is one of the program.
set -euo pipefail
cd "$1"
program=$2
known=$("$program" --help | awk '/^  [a-z]/ { print $1 }' | grep -v alinea |
  while read -r command; do "$program" "$command" --help; done |
  grep -oE '^  --(\[no-\])?[a-z0-9-]+' | sed 's/^  --//; s/^\[no-\]//' | sort -u)
count=0 wrong=0
for option in $(awk -F '|' '/^\|/ { print $2 }' docs/options.md | grep -oE -- '`--[a-z0-9-]+`' | tr -d '`'); do
  count=$((count + 1))
  grep -qx -- "${option#--}" <<< "$known" || { echo "docs/options.md: there is no $option" >&2; wrong=1; }
done
((count > 30)) || { echo "docs/options.md: only $count options were found" >&2; exit 1; }
exit $wrong
