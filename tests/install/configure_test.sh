#!/usr/bin/env bash
# configure_test.sh CMAKE SOURCE [OPTION...]: what configuring refuses, and which compiler flags and MPI a
# build has that sets no options of its own.
set -euo pipefail
cmake=$1 source=$2
shift 2
options=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "configure_test.sh: $*" >&2
  exit 1
}

configure() {
  "$cmake" -S "$source" -B "$work/build" -Wno-dev -DBUILD_TESTING=OFF "${options[@]}" "$@" \
    > "$work/log" 2>&1
}

# refuses TEXT OPTION...: with OPTION configuring fails, and says TEXT.
refuses() {
  local text=$1
  shift
  rm -rf "$work/build"
  if configure "$@"; then fail "$* is accepted"; fi
  tr -s '[:space:]' ' ' < "$work/log" | grep -qF -- "$text" ||
    { cat "$work/log"; fail "$*: expected \"$text\""; }
}

refuses 'There is no /nowhere/dygraph.min.js. Either install libjs-dygraphs' -DDYGRAPHS_FOLDER=/nowhere
refuses 'There is no /nowhere/LICENSE.txt' -DDYGRAPHS_LICENCE=/nowhere/LICENSE.txt
refuses 'ALINEA_MPI is ON, and no MPI was found' -DALINEA_MPI=ON -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON
refuses 'ALINEA_PYTHON is ON, and pybind11 or Python' \
  -DALINEA_PYTHON=ON -DCMAKE_DISABLE_FIND_PACKAGE_pybind11=ON

rm -rf "$work/build"
configure -DCMAKE_EXPORT_COMPILE_COMMANDS=ON || { cat "$work/log"; fail "no build"; }
grep -q 'Built without MPI' "$work/log" || fail "a build without options is not said to have no MPI"
grep -q 'This build has no MPI' "$work/build/CPackConfig.cmake" ||
  fail "the description of the package does not say that it has no MPI"
commands=$work/build/compile_commands.json
grep -q 'no_mpi.cpp' "$commands" || fail "a build without options compiles without no_mpi.cpp"
if grep -q 'mpi_group.cpp' "$commands"; then fail "a build without options compiles mpi_group.cpp"; fi
if grep -q -- '-Werror' "$commands"; then fail "warnings are errors though nobody asked for it"; fi
configure -DALINEA_WERROR=ON
grep -q -- '-Werror' "$commands" || fail "ALINEA_WERROR=ON has no -Werror"
