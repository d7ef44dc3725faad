#!/usr/bin/env bash
# paths.sh PROJECT: every file and folder that docs/tour.md names is there.
set -euo pipefail
cd "$1"
count=0 wrong=0
for path in $(awk '/^## Adding a score/ { exit } { print }' docs/tour.md | grep -oE '`[a-z_]+/[a-z_./]*`' | tr -d '`' | sort -u); do
  count=$((count + 1))
  compgen -G "src/$path*" > /dev/null || compgen -G "$path*" > /dev/null ||
    { echo "docs/tour.md: there is no $path" >&2; wrong=1; }
done
((count > 20)) || { echo "docs/tour.md: only $count paths were found" >&2; exit 1; }
exit $wrong
