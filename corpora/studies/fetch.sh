#!/usr/bin/env bash
# Lays out the corpora of docs/studies as their scripts read them, OUT_DIR/CORPUS/FILE.gz. The SHA-256 of every
# text in SHA256SUMS, over what is not compressed, is verified before it is written.
set -euo pipefail

usage() {
  cat >&2 <<TEXT
usage: fetch.sh OUT_DIR CORPUS... [--from FOLDER]
  CORPUS         one of: $(corpora)
  --from FOLDER  take the files from FOLDER/CORPUS or FOLDER, plain or gzipped, under the names of OUT_DIR; nothing is
                 downloaded. The corpora that can be downloaded are: ${downloads[*]}
TEXT
  exit 2
}

fail() {
  echo "fetch.sh: $*" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
downloads=(atis-slots sick snips-slots tinyshakespeare)
raw=https://raw.githubusercontent.com

corpora() { sed -E 's|.*  (.*)/.*|\1|' "$here/SHA256SUMS" | sort -u | tr '\n' ' '; }

# get ADDRESS: prints what is there.
get() {
  curl --fail --silent --show-error --location --retry 3 "$raw/$1" ||
    fail "cannot download $raw/$1: is there a network? Use --from for files that you already have"
}

# download CORPUS FILE: prints the text as the studies read it.
download() {
  local part=${2%%.*} sick=brmson/dataset-sts/11bb9cf92419821f3bf907e9bd22291bed84d990/data/sts/sick2014
  local shakespeare=karpathy/char-rnn/d1d7aa34fdb3626174bce1d753e6cc6845ce7087/data/tinyshakespeare/input.txt
  case $1/$part in
    atis-slots/* | snips-slots/*) get "MiuLab/SlotGated-SLU/master/data/${1%-slots}/$part/${2#*.}" ;;
    sick/train) get "$sick/SICK_train.txt" ;;&
    sick/valid) get "$sick/SICK_trial.txt" ;;&
    sick/*) ;;
    tinyshakespeare/*) get $shakespeare > "$scratch/whole" ;;&
    tinyshakespeare/train) head -c 1003854 "$scratch/whole" ;;
    tinyshakespeare/valid) tail -c +1003855 "$scratch/whole" ;;
  esac | case $1 in
    sick) tr -d '\r' | awk -F '\t' 'NR > 1 { print $5 "\t" $2 "\t" $3 "\t" $4 }' ;;
    *) cat ;;
  esac
}

# find_local CORPUS FILE: the path of that text below $from.
find_local() {
  local candidate
  for candidate in "$1/$2" "$1/$2.gz" "$2" "$2.gz"; do
    [[ ! -f $from/$candidate ]] || { echo "$from/$candidate"; return; }
  done
  fail "$from has no $1/$2 or $1/$2.gz"
}

out='' from='' wanted=()
while (($#)); do
  case $1 in
    --from) (($# > 1)) || usage; from=$2; shift ;;
    -*) usage ;;
    *) if [[ -z $out ]]; then out=$1; else wanted+=("$1"); fi ;;
  esac
  shift
done
((${#wanted[@]})) || usage
for corpus in "${wanted[@]}"; do grep -q "  $corpus/" "$here/SHA256SUMS" || usage; done
[[ -z $from || -d $from ]] || fail "there is no folder $from"
if [[ -z $from ]]; then
  for corpus in "${wanted[@]}"; do
    [[ " ${downloads[*]} " == *" $corpus "* ]] ||
      fail "$corpus cannot be downloaded: give its files with --from; corpora/README.md says where they come from"
  done
  command -v curl > /dev/null || fail "curl is needed to download: install it"
fi

mkdir -p "$out"
scratch=$(mktemp -d "$out/.fetch.XXXXXX")
# Nothing is left after an error: neither the temporary folder nor an empty output folder.
trap 'rm -rf "$scratch"; rmdir "$out" 2> /dev/null || true' EXIT
for corpus in "${wanted[@]}"; do
  count=0
  mkdir -p "$scratch/$corpus"
  while read -r sum path; do
    name=${path#*/}
    if [[ -n $from ]]; then
      file=$(find_local "$corpus" "$name")
      # --force copies what is not gzipped; a damaged file fails here or at its checksum.
      gzip --decompress --stdout --force < "$file" > "$scratch/text" || fail "$file is damaged"
    else
      download "$corpus" "$name" > "$scratch/text"
    fi
    found=$(sha256sum < "$scratch/text")
    [[ ${found%% *} == "$sum" ]] ||
      fail "$corpus/$name is not the text of the studies: expected SHA-256 $sum, got ${found%% *}"
    gzip --no-name < "$scratch/text" > "$scratch/$corpus/$name.gz"
    count=$((count + 1))
  done < <(grep "  $corpus/" "$here/SHA256SUMS")
  mkdir -p "$out/$corpus"
  mv "$scratch/$corpus"/*.gz "$out/$corpus/"
  echo "$corpus: $count files in $out/$corpus"
done
