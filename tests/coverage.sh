#!/usr/bin/env bash
# Lines of src/ that the suite runs: a table a folder, or a file with --files. Needs clang and llvm.
#
#   tests/coverage.sh [--files]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${COVERAGE_BUILD:-$PWD/build-coverage}

cmake --preset coverage -B "$build" -Wno-dev > /dev/null
cmake --build "$build"
find "$build" -name '*.profraw' -delete
# Under a limit on the size of files the counts themselves cannot be written.
failed=0
LLVM_PROFILE_FILE="$build/%p-%m.profraw" ctest --test-dir "$build" -j "$(nproc)" \
  --exclude-regex 'a file that may not grow' || failed=1
find "$build" -name '*.profraw' > "$build/profiles"
llvm-profdata-14 merge -sparse -failure-mode=all -input-files="$build/profiles" -o "$build/all.profdata"
programs=()
for program in "$build"/tests/*/*_tests "$build"/tests/*/dump_* "$build"/generate_* "$build"/extract_help; do
  programs+=(-object "$program")
done
llvm-cov-14 report -instr-profile "$build/all.profdata" "$build/alinea" "${programs[@]}" src \
  > "$build/coverage.txt"
if [[ ${1:-} == --files ]]; then
  cat "$build/coverage.txt"
else
  awk '/^[a-z_]+\/.*\.(cpp|h) / { split($1, path, "/"); all[path[1]] += $8; missed[path[1]] += $9 }
       END { for (folder in all) {
               lines += all[folder]; lost += missed[folder]
               printf "%-12s %5d lines %6.2f %%\n", folder, all[folder], 100 - 100 * missed[folder] / all[folder] }
             printf "%-12s %5d lines %6.2f %%\n", "src", lines, 100 - 100 * lost / lines }' \
    "$build/coverage.txt" | sort
fi
exit $failed
