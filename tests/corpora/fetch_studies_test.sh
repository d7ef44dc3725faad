#!/usr/bin/env bash
# fetch_studies_test.sh FOLDER: fetch.sh of FOLDER takes exactly the texts with the right checksums, plain or gzipped,
# and leaves nothing behind otherwise.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$1/fetch.sh" "$scratch/"
mkdir -p "$scratch/from/sick"
echo 'NEUTRAL	a b	c	1' > "$scratch/from/sick/train.tsv"
echo 'ENTAILMENT	a b	a	5' | gzip > "$scratch/from/valid.tsv.gz"
(cd "$scratch/from" && {
  printf '%s  sick/train.tsv\n' "$(sha256sum < sick/train.tsv | cut -d ' ' -f 1)"
  printf '%s  sick/valid.tsv\n' "$(zcat valid.tsv.gz | sha256sum | cut -d ' ' -f 1)"
  printf '%s  imdb/train.tsv\n' "$(echo | sha256sum | cut -d ' ' -f 1)"
}) > "$scratch/SHA256SUMS"

# expect STATUS TEXT ARGUMENT...
expect() {
  local expected=$1 text=$2 said status=0
  shift 2
  said=$("$scratch/fetch.sh" "$@" 2>&1) || status=$?
  [[ $status == "$expected" && $said == *"$text"* ]] ||
    { echo "fetch.sh $*: status $expected and '$text' were expected, status $status came: $said" >&2; exit 1; }
}

expect 2 'usage: fetch.sh' "$scratch/out"
expect 2 'one of: imdb sick' "$scratch/out" nothing
expect 1 'there is no folder /nowhere' "$scratch/out" sick --from /nowhere
expect 1 'has no imdb/train.tsv' "$scratch/out" imdb --from "$scratch/from"
expect 1 'imdb cannot be downloaded' "$scratch/out" imdb
[[ ! -e $scratch/out ]] || { echo "something was left behind" >&2; exit 1; }
expect 0 'sick: 2 files' "$scratch/out" sick --from "$scratch/from"
zcat "$scratch/out/sick/train.tsv.gz" | cmp - "$scratch/from/sick/train.tsv"
zcat "$scratch/out/sick/valid.tsv.gz" | grep -q ENTAILMENT
echo more >> "$scratch/from/sick/train.tsv"
expect 1 'sick/train.tsv is not the text of the studies' "$scratch/other" sick --from "$scratch/from"
[[ ! -e $scratch/other ]] || { echo "something was left behind" >&2; exit 1; }
# The sums that the project has name every corpus that the script can download.
for corpus in atis-slots sick snips-slots tinyshakespeare; do
  grep -q "  $corpus/" "$1/SHA256SUMS" || { echo "SHA256SUMS has no $corpus" >&2; exit 1; }
done
