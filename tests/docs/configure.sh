#!/usr/bin/env bash
# configure.sh PROJECT: the commands of docs/install.md configure a build where nothing is installed but what run.sh
# names; a build of the tests then says what else it needs.
set -euo pipefail
project=$1
cd "$project"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# configure OPTION...: as if only the packages to build were there.
configure() {
  cmake --preset release -Wno-dev -B "$scratch/build" -DCMAKE_DISABLE_FIND_PACKAGE_Catch2=ON "$@" > "$scratch/said" 2>&1
}

command=$(sed -n '/^## Debian and Ubuntu/,/^## /s/^cmake --preset release *//p' docs/install.md)
read -ra options <<< "$command"
configure "${options[@]}" || {
  echo "docs/install.md: cmake --preset release $command fails without the packages of the tests:" >&2
  cat "$scratch/said" >&2
  exit 1
}
if configure -DBUILD_TESTING=ON || ! grep -q 'install catch2' "$scratch/said"; then
  echo 'without Catch2 a build of the tests was expected to say "install catch2", and said:' >&2
  cat "$scratch/said" >&2
  exit 1
fi
