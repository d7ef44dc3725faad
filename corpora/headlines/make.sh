#!/usr/bin/env bash
# Makes a corpus of summaries from the descriptions of Debian packages that APT of this machine knows:
# OUT_DIR/{train,valid,test}.{text,headline}, the first one or two sentences of a description and its synopsis.
set -euo pipefail
export LC_ALL=C

usage() {
  cat >&2 <<'TEXT'
usage: make.sh OUT_DIR [--from FILE]
  --from FILE  take the packages from there, as `apt-cache show` prints them
TEXT
  exit 2
}

fail() {
  echo "make.sh: $*" >&2
  exit 1
}

out='' from=''
while (($#)); do
  case $1 in
    --from) (($# > 1)) || usage; from=$2; shift ;;
    -*) usage ;;
    *) [[ -z $out ]] || usage; out=$1 ;;
  esac
  shift
done
[[ -n $out ]] || usage
[[ -z $from || -r $from ]] || fail "there is no file $from"
[[ -n $from ]] || command -v apt-cache > /dev/null ||
  fail "there is no apt-cache: take what it prints on a Debian machine with --from"

packages() {
  if [[ -n $from ]]; then
    cat "$from"
  else
    apt-cache pkgnames | sort | xargs apt-cache show --no-all-versions
  fi
}

# One line per package: its name, the source package, synopsis, first paragraph.
descriptions() {
  awk '
    function flush() {
      if (package != "" && text != "") print package "\t" (source == "" ? package : source) "\t" synopsis "\t" text
      package = source = synopsis = text = ""
      inside = 0
    }
    /^$/ { flush(); next }
    /^Package: / { package = $2; next }
    /^Source: / { source = $2; next }
    /^Description(-en)?: / { sub(/^[^ ]* /, ""); synopsis = $0; inside = 1; next }
    inside && /^ \.$/ { inside = 0; next }
    inside && /^ / { text = text (text == "" ? "" : " ") substr($0, 2); next }
    { inside = 0 }
    END { flush() }'
}

# Those worth a headline: plain text of other packages than debugging symbols, documentation and the like.
chosen() {
  { grep -avE '[^ -~	]' || (($? == 1)); } |  # 1: there is none
    awk -F '\t' '
      $1 ~ /-(dbg|dbgsym|dev|doc|data|common)$/ { next }
      tolower($3) ~ /transitional|dummy|debug symbols/ { next }
      {
        sub(/ *\([^()]*\)$/, "", $3)
        # At most two sentences, and 60 words.
        text = $4
        if (match(text, /[.!?] +[A-Z].*/)) {
          first = substr(text, 1, RSTART)
          rest = substr(text, RSTART + 1)
          sub(/^ +/, "", rest)
          if (match(rest, /[.!?] +[A-Z].*/)) rest = substr(rest, 1, RSTART)
          text = first " " rest
        }
        count = split(text, words, / +/)
        if (count > 60 || count < 5 || split($3, headline, / +/) < 2 || seen[$3]++) next
        print $2 "\t" $3 "\t" text
      }'
}

# Words in lower case, apart from their punctuation.
tokens() {
  tr 'A-Z' 'a-z' | sed -E 's/([][().,;:!?"`{}<>|=*+\/&%$#@^~])/ \1 /g; s/ +/ /g; s/^ //; s/ $//'
}

mkdir -p "$out"
scratch=$(mktemp -d "$out/.make.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
packages | descriptions > "$scratch/all"
[[ -s $scratch/all ]] ||
  fail "no package has a long description: run apt-get update with Acquire::Languages \"en\", or give --from"
chosen < "$scratch/all" > "$scratch/chosen"

# A source package is in one part: by a number made of its name, 1 in 20 in valid and in test.
awk -F '\t' -v folder="$scratch" '
  BEGIN { for (i = 32; i < 127; ++i) code[sprintf("%c", i)] = i }
  {
    number = 7
    for (i = 1; i <= length($1); ++i) number = (number * 31 + code[substr($1, i, 1)]) % 1000003
    part = number % 20 == 0 ? "valid" : number % 20 == 1 ? "test" : "train"
    # Of those that are judged, one package of each source package.
    if (part != "train" && judged[$1]++) next
    print $3 > (folder "/" part ".text")
    print $2 > (folder "/" part ".headline")
  }' "$scratch/chosen"
for part in train valid test; do
  [[ -s $scratch/$part.text ]] || fail "no descriptions are left for $part: there are too few packages"
done
for part in train valid test; do
  for side in text headline; do
    tokens < "$scratch/$part.$side" > "$scratch/done"
    mv "$scratch/done" "$out/$part.$side"
  done
  echo "$part: $(wc -l < "$out/$part.text") headlines"
done
