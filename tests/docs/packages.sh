#!/usr/bin/env bash
# packages.sh PROJECT: docs/install.md has a row for every package that run.sh installs to build, and names the
# options of CMake; the Dockerfile takes its packages from run.sh and does not run as root.
set -euo pipefail
cd "$1"
wrong=0
complain() {
  echo "$*" >&2
  wrong=1
}
mapfile -t packages < <(./run.sh packages)
((${#packages[@]} > 15)) || complain "run.sh packages: only ${#packages[@]} packages"
for package in "${packages[@]}"; do
  grep -qE "^\| \`${package//+/\\+}\` (\| [^|]+){3}\|$" docs/install.md ||
    complain "docs/install.md: there is no row for $package"
done
for option in $(sed -n 's/^option(\(ALINEA_[A-Z]*\) .*/\1/p' CMakeLists.txt); do
  [[ $option == ALINEA_CLANG_TIDY ]] || grep -q "^| \`$option\`" docs/install.md ||
    complain "docs/install.md: there is no row for $option"
done
grep -q 'run.sh packages' src/package/Dockerfile || complain "the Dockerfile names packages of its own"
[[ $(grep -E '^(USER|ENTRYPOINT)' src/package/Dockerfile | head -n 1) == 'USER alinea' ]] ||
  complain "the Dockerfile runs the program as root"
grep -q '^VOLUME /model' src/package/Dockerfile || complain "the Dockerfile has no volume for models"
# Ninja is among the packages, and make, which CMake takes where nothing else is said, is not.
commands=$(grep -hoE '^(sudo )?cmake (-S|-B|-G|--preset) .*' README.md docs/install.md)
while IFS= read -r command; do
  [[ $command == *--preset* || $command == *'-G Ninja'* ]] || complain "this needs make, which run.sh does not install: $command"
done <<< "$commands"
exit $wrong
