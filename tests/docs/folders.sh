#!/usr/bin/env bash
# folders.sh PROJECT: a folder of src includes from those above it in src/CMakeLists.txt alone.
set -euo pipefail
cd "$1/src"
mapfile -t folders < <(sed -n 's/^add_subdirectory(\(.*\))$/\1/p' CMakeLists.txt)
((${#folders[@]} > 15)) || { echo "src/CMakeLists.txt: only ${#folders[@]} folders were found" >&2; exit 1; }
wrong=0
for ((i = 0; i < ${#folders[@]}; ++i)); do
  for later in "${folders[@]:i+1}"; do
    grep -rn --include='*.h' --include='*.cpp' "^#include \"$later/" "${folders[i]}" && wrong=1
  done
done
((wrong == 0)) || echo "these files include from folders that src/CMakeLists.txt names later" >&2
exit $wrong
