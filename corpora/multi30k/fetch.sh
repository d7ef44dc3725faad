#!/usr/bin/env bash
# Fetches Multi30k task 1, German and English, and lays it out as OUT_DIR/{train,val,
# test_2016_flickr}.{tok,raw}.{de,en}. The SHA-256 of every text is verified before it is written.
set -euo pipefail

usage() {
  cat >&2 <<'TEXT'
usage: fetch.sh OUT_DIR [--from FOLDER] [--raw]
  --from FOLDER  take the files from there, plain or gzipped, under the names of the public
                 repository or of OUT_DIR; nothing is downloaded
  --raw          the text as it was published too, not only the tokenised one
TEXT
  exit 2
}

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out='' from='' kinds=tok
while (($#)); do
  case $1 in
    --from) (($# > 1)) || usage; from=$2; shift ;;
    --raw) kinds='tok|raw' ;;
    -*) usage ;;
    *) [[ -z $out ]] || usage; out=$1 ;;
  esac
  shift
done
[[ -n $out ]] || usage
[[ -z $from || -d $from ]] || fail "there is no folder $from"

# The commits of the public repository multi30k/dataset at which the texts are those of the papers: a line
# of train.en was changed later.
tok_commit=7bee46bc74186b4b6254603143610f730d40bf66
raw_commit=c9be912dc05a3ebf9ae5bb5f7f58c1791cda43ab
site=https://raw.githubusercontent.com/multi30k/dataset

# public_name train.tok.de: where the public repository has that text, below data/task1.
public_name() {
  local split=${1%%.*} language=${1##*.}
  case $1 in
    *.tok.*) echo "tok/$split.lc.norm.tok.$language" ;;
    *.raw.*) echo "raw/$split.$language.gz" ;;
  esac
}

# find_local NAME: the file in $from that contains the text of that name.
find_local() {
  local public candidate
  public=$(public_name "$1")
  for candidate in "$1" "$1.gz" "$public" "$public.gz" "${public##*/}" "${public##*/}.gz" \
    "data/task1/$public"; do
    if [[ -f $from/$candidate ]]; then
      echo "$from/$candidate"
      return
    fi
  done
  fail "$from has no $1, $1.gz or ${public##*/}: give a folder with the files of multi30k/dataset"
}

# download NAME: fetches the file of that text and prints its path.
download() {
  local commit=$tok_commit file
  [[ $1 == *.tok.* ]] || commit=$raw_commit
  file=$scratch/download
  curl --fail --silent --show-error --location --retry 3 --output "$file" \
    "$site/$commit/data/task1/$(public_name "$1")" ||
    fail "cannot download $1 from $site: is there a network? Use --from for files that you already have"
  echo "$file"
}

[[ -n $from ]] || command -v curl > /dev/null || fail "curl is needed to download: install it"
mkdir -p "$out"
scratch=$(mktemp -d "$out/.fetch.XXXXXX")
# Nothing is left after an error: neither the temporary folder nor an empty output folder.
trap 'rm -rf "$scratch"; rmdir "$out" 2> /dev/null || true' EXIT

names=()
while read -r sum name; do
  [[ $name =~ \.($kinds)\. ]] || continue
  if [[ -n $from ]]; then file=$(find_local "$name"); else file=$(download "$name"); fi
  # --force copies what is not gzipped; a damaged file fails here or at its checksum.
  gzip --decompress --stdout --force < "$file" > "$scratch/$name" || fail "$file is damaged"
  found=$(sha256sum < "$scratch/$name")
  [[ ${found%% *} == "$sum" ]] ||
    fail "$name is not the published text: expected SHA-256 $sum, got ${found%% *}"
  names+=("$name")
done < "$here/SHA256SUMS"

for name in "${names[@]}"; do mv "$scratch/$name" "$out/$name"; done
echo "Multi30k: ${#names[@]} files in $out"
