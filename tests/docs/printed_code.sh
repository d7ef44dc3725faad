#!/usr/bin/env bash
# printed_code.sh PROJECT: the code that docs/tour.md prints as an example stands in the tests, word for
# word, where it is compiled and checked.
set -euo pipefail
cd "$1"
tests=$(cat tests/models/squashed_score.h tests/models/toy_parts.h tests/tasks/bag_task.h)
count=0 wrong=0 block='' inside=''
while IFS= read -r line; do
  if [[ $line == '```cpp' ]]; then
    inside=yes block=''
  elif [[ $line == '```' && -n $inside ]]; then
    inside=''
    [[ $block == *'class '* ]] || continue
    count=$((count + 1))
    [[ $tests == *"$block"* ]] ||
      { echo "docs/tour.md: this code is not in tests: ${block:0:200}" >&2; wrong=1; }
  elif [[ -n $inside ]]; then
    block+="$line"$'\n'
  fi
done < docs/tour.md
((count >= 4)) || { echo "docs/tour.md: only $count examples were found" >&2; exit 1; }
exit $wrong
