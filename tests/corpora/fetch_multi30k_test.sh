#!/usr/bin/env bash
# fetch_multi30k_test.sh FOLDER: FOLDER holds fetch.sh and the sums of the real files.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "$*" >&2
  exit 1
}

# refuses WHAT LINE COMMAND...: status 1, LINE in the one line that it says, no folder left.
refuses() {
  local what=$1 line=$2 said status=0
  shift 2
  said=$("$@" 2>&1) || status=$?
  ((status == 1)) || fail "$what: status 1 was expected, $status came: $said"
  [[ $said == *"$line"* && $(wc -l <<< "$said") == 1 ]] || fail "$what: it says: $said"
  [[ ! -e $scratch/out ]] || fail "$what: left behind: $(ls -A "$scratch/out")"
}

# Tiny files, some plain under their public names and some gzipped under ours.
mkdir -p "$scratch/files/data/task1/tok"
for language in de en; do
  echo "train $language" | gzip > "$scratch/files/train.tok.$language.gz"
  echo "val $language" > "$scratch/files/val.lc.norm.tok.$language"
  echo "test $language" > "$scratch/files/data/task1/tok/test_2016_flickr.lc.norm.tok.$language"
done
refuses 'fake text' 'train.tok.de is not the published text: expected SHA-256 cb5a2352' \
  "$1/fetch.sh" "$scratch/out" --from "$scratch/files"
refuses 'no folder' "there is no folder $scratch/none" \
  "$1/fetch.sh" "$scratch/out" --from "$scratch/none"

# The same script with the sums of the tiny files.
cp "$1/fetch.sh" "$scratch/"
for split in train val test_2016_flickr; do
  for language in de en; do
    echo "$(echo "${split%%_*} $language" | sha256sum | cut -d ' ' -f 1)  $split.tok.$language"
  done
done > "$scratch/SHA256SUMS"
"$scratch/fetch.sh" "$scratch/out" --from "$scratch/files" > /dev/null
found=$(cd "$scratch/out" && ls -A && cat train.tok.en val.tok.de test_2016_flickr.tok.en)
expected=$(printf '%s\n' {test_2016_flickr,train,val}.tok.{de,en} 'train en' 'val de' 'test en')
[[ $found == "$expected" ]] || fail "fetched: $found"
rm -r "$scratch/out"

rm "$scratch/files/val.lc.norm.tok.en"
refuses 'missing text' 'has no val.tok.en' "$scratch/fetch.sh" "$scratch/out" --from "$scratch/files"

# What lay in the folder before stays, and stays alone.
mkdir "$scratch/kept"
echo mine > "$scratch/kept/mine"
! "$scratch/fetch.sh" "$scratch/kept" --from "$scratch/files" 2> /dev/null || fail 'a text is missing'
[[ $(ls -A "$scratch/kept") == mine ]] || fail "left behind: $(ls -A "$scratch/kept")"
