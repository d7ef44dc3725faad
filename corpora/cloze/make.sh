#!/usr/bin/env bash
# Makes cloze questions as those of the Children's Book Test (Hill et al. 2016) from books: OUT_DIR/{train,valid,
# test}.txt, a sentence a line, and OUT_DIR/{train,valid,test}.{names,nouns}.tsv, a question a line, as
# `alinea train-reader --book` reads them.
set -euo pipefail
export LC_ALL=C

usage() {
  cat >&2 <<'TEXT'
usage: make.sh OUT_DIR [--from FOLDER] [--nouns FILE] [--checksums FILE]
  --from FOLDER     make them from the texts there, *.txt or *.txt.gz, instead of downloading books;
                    FOLDER/train, /valid and /test have those of each part, or else the last text is
                    for test and the one before it for validation
  --nouns FILE      common nouns, one a line; the default is nouns.txt beside this script
  --checksums FILE  SHA-256 of the books that are downloaded; where there is no such file, it is
                    written; the default is OUT_DIR/SHA256SUMS
TEXT
  exit 2
}

fail() {
  echo "make.sh: $*" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out='' from='' nouns=$here/nouns.txt sums=''
while (($#)); do
  case $1 in
    --from) (($# > 1)) || usage; from=$2; shift ;;
    --nouns) (($# > 1)) || usage; nouns=$2; shift ;;
    --checksums) (($# > 1)) || usage; sums=$2; shift ;;
    -*) usage ;;
    *) [[ -z $out ]] || usage; out=$1 ;;
  esac
  shift
done
[[ -n $out ]] || usage
[[ -z $from || -d $from ]] || fail "there is no folder $from"
[[ -z $from || -z $sums ]] || fail "--checksums is for books that are downloaded, not for --from"
[[ -r $nouns ]] || fail "there is no file $nouns"
[[ -n $from ]] || command -v curl > /dev/null || fail "curl is needed to download: install it"

mkdir -p "$out"
sums=${sums:-$out/SHA256SUMS}
scratch=$(mktemp -d "$out/.make.XXXXXX")
# Nothing is left after an error: neither the temporary folder nor an empty output folder.
trap 'rm -rf "$scratch"; rmdir "$out" 2> /dev/null || true' EXIT

site=https://www.gutenberg.org/cache/epub

# Downloads the books of a part and prints their paths. Project Gutenberg corrects its texts now and then,
# so the sums that tell one corpus from another are those of the first download.
download() {
  local part number title file sum known
  while IFS=$'\t' read -r part number title; do
    [[ $part == "$1" ]] || continue
    file=$scratch/pg$number.txt
    curl --fail --silent --show-error --location --retry 3 --output "$file" "$site/$number/pg$number.txt" ||
      fail "cannot download $title from $site: is there a network? Use --from for texts that you already have"
    sum=$(sha256sum < "$file")
    sum=${sum%% *}
    if [[ -e $sums ]]; then
      known=$(awk -v name="pg$number.txt" '$2 == name { print $1 }' "$sums")
      [[ $known == "$sum" ]] ||
        fail "pg$number.txt ($title) is another text than before: $sums has the SHA-256 ${known:-of none}, got $sum"
    fi
    echo "$sum  pg$number.txt" >> "$scratch/sums"
    echo "$file"
  done < "$here/books.tsv"
}

# texts PART: the paths of the texts of a part.
texts() {
  if [[ -z $from ]]; then
    download "$1"
  elif [[ -d $from/train ]]; then
    [[ -d $from/$1 ]] || return 0
    find "$from/$1" -maxdepth 1 \( -name '*.txt' -o -name '*.txt.gz' \) | sort
  else
    find "$from" -maxdepth 1 \( -name '*.txt' -o -name '*.txt.gz' \) | sort |
      awk -v part="$1" '
        { files[NR] = $0 }
        END {
          for (i = 1; i <= NR; ++i)
            if (part == (i == NR ? "test" : i == NR - 1 ? "valid" : "train")) print files[i]
        }'
  fi
}

# What stands between the header and the footer of Project Gutenberg, or all; typographic marks in ASCII. The footer
# is read as well, because whoever writes into a closed pipe fails.
body() {
  gzip --decompress --stdout --force < "$1" | tr -d '\r' |
    awk '
      is_over { next }
      /^\*\*\* ?START OF/ { count = 0; next }
      /^\*\*\* ?END OF/ { is_over = 1; next }
      { lines[++count] = $0 }
      END { for (i = 1; i <= count; ++i) print lines[i] }' |
    sed -e 's/\xef\xbb\xbf//; s/\xe2\x80\x98/'\''/g; s/\xe2\x80\x99/'\''/g; s/\xe2\x80\x9c/"/g; s/\xe2\x80\x9d/"/g' \
      -e 's/\xe2\x80\x94/--/g; s/\xe2\x80\x93/--/g; s/\xe2\x80\xa6/.../g; s/\xc2\xa0/ /g' -e 's/_//g' |
    iconv -c -f UTF-8 -t UTF-8
}

# A sentence a line, words and marks between spaces. Paragraphs end sentences; so does a mark behind which a
# capital comes, unless it ends an abbreviation.
sentences() {
  awk '
    function flush() {
      if (text ~ /[a-z]/) print text
      text = ""
    }
    /^[ \t]*$/ { flush(); next }
    { gsub(/[ \t]+/, " "); sub(/^ /, ""); text = text (text == "" ? "" : " ") $0 }
    END { flush() }' |
    sed -E 's/\b(Mr|Mrs|Ms|Dr|St|Messrs|Prof|Capt|No)\. /\1\x01 /g' |
    sed -E 's/([.!?]["'\'')]*) +(["'\''(]*[A-Z])/\1\n\2/g' |
    sed -E 's/(--+|\.\.\.+|[][(),;:!?"])/ \1 /g; s/(^|[ ([])'\''/\1 '\'' /g; s/'\''( |$)/ '\'' \1/g; s/\.( |$|["'\''])/ . \1/g' |
    sed -E 's/\x01/./g; s/ +/ /g; s/^ //; s/ $//' | grep -E '[A-Za-z]' || true
}

for part in train valid test; do
  texts "$part" > "$scratch/list"
  [[ -s $scratch/list ]] || fail "there is no text for $part: ${from:-books.tsv} needs one for train, valid and test"
  : > "$scratch/$part.txt"
  : > "$scratch/$part.begins"  # the number of the first line of each text
  while IFS= read -r file; do
    wc -l < "$scratch/$part.txt" >> "$scratch/$part.begins"
    body "$file" | sentences >> "$scratch/$part.txt" || fail "cannot read $file"
  done < "$scratch/list"
  [[ -s $scratch/$part.txt ]] || fail "the texts for $part have no sentences"
done

for part in train valid test; do
  for kind in names nouns; do
    awk -v kind="$kind" -v nouns="$nouns" -v begins="$scratch/$part.begins" -f "$here/questions.awk" \
      "$scratch/$part.txt" > "$scratch/$part.$kind.tsv"
  done
done
[[ -n $(find "$scratch" -name '*.tsv' -size +0) ]] ||
  fail "no part has a question: the texts are too short, or they lack names and the nouns of $nouns"

# counted NUMBER NOUN
counted() {
  if (($1 == 1)); then echo "1 $2"; else echo "$1 $2s"; fi
}

for part in train valid test; do
  for file in "$part.txt" "$part.names.tsv" "$part.nouns.tsv"; do mv "$scratch/$file" "$out/$file"; done
  echo "$part: $(counted "$(wc -l < "$out/$part.txt")" sentence)," \
    "$(counted "$(wc -l < "$out/$part.names.tsv")" question) on names, $(wc -l < "$out/$part.nouns.tsv") on nouns"
done
[[ -n $from || -e $sums ]] || mv "$scratch/sums" "$sums"
