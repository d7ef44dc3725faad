#!/usr/bin/env bash
# Fuzzes every reader and prints what was run.
#
#   fuzz.sh BINARIES     where the fuzz_* programs are; found inputs stay there in found/
#
# FUZZ_SECONDS (600) for each, FUZZ_JOBS (one a core) at a time. Exit status 1 where one crashed, hung
# or took too much memory; the input lies in found/READER-crash-*.
set -euo pipefail

if (($# != 1)); then
  echo "usage: $0 BINARIES" >&2
  exit 2
fi
dictionary=$(realpath "$(dirname "$0")")/fuzz.dict
cd "$1"
export TMPDIR=/dev/shm  # where a flush costs nothing
./fuzz_seeds seeds

fuzz_one() {
  local reader=$1
  mkdir -p "found/$reader"
  if "./fuzz_$reader" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -dict="$dictionary" \
    -print_final_stats=1 -artifact_prefix="found/$reader-" "found/$reader" "seeds/$reader" \
    > "found/$reader.log" 2>&1; then
    local verdict=passed
  else
    local verdict=FAILED
  fi
  local inputs
  inputs=$(awk '/number_of_executed_units/ { print $2 }' "found/$reader.log")
  echo "| $reader | ${inputs:-0} | $(find "found/$reader" -type f | wc -l) | $verdict |"
}

seconds=${FUZZ_SECONDS:-600}
export seconds dictionary
export -f fuzz_one
echo "| reader | inputs | kept | |"
echo "|---|---|---|---|"
find . -maxdepth 1 -name 'fuzz_*' -type f -executable ! -name fuzz_seeds -printf '%f\n' | sort |
  sed 's/^fuzz_//' | xargs -P "${FUZZ_JOBS:-$(nproc)}" -I READER bash -c 'fuzz_one READER' |
  tee table.md
! grep -q FAILED table.md
