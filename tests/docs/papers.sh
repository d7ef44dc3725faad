#!/usr/bin/env bash
# papers.sh PROJECT PROGRAM: every option file of docs/papers trains, and its page names it. To be quick, the sizes of
# the network are small, and words and updates few.
set -euo pipefail
project=$1 program=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for side in de en; do head -n 100 "$project/corpora/numbers/train.$side" > "$scratch/$side"; done
count=0
for file in "$project"/docs/papers/*.conf; do
  name=$(basename "$file")
  count=$((count + 1))
  grep -q "\[$name\]($name)" "$project/docs/papers/README.md" ||
    { echo "docs/papers/README.md does not name $name" >&2; exit 1; }
  sed -E 's/^((embedding|hidden|encoder-hidden|feed-forward)-size) = .*/\1 = 16/; s/^vocabulary-size = .*/vocabulary-size = 60/' \
    "$file" > "$scratch/$name"
  "$program" train --config "$scratch/$name" --source "$scratch/de" --target "$scratch/en" \
    --valid-source "$scratch/de" --valid-target "$scratch/en" --model "$scratch/${name%.conf}" --updates 2 \
    --threads 1 > "$scratch/said" 2>&1 ||
    { echo "docs/papers/$name does not train:" >&2; cat "$scratch/said" >&2; exit 1; }
done
((count == 3)) || { echo "expected three files docs/papers/*.conf, found $count" >&2; exit 1; }
