#!/usr/bin/env bash
# headlines_test.sh FOLDER: what corpora/headlines makes of the descriptions of packages.
set -euo pipefail
make=$1/make.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "headlines_test.sh: $*" >&2
  exit 1
}

# package NAME SOURCE SYNOPSIS LINE...
package() {
  printf 'Package: %s\nSource: %s (1.0)\nDescription-en: %s\n' "$1" "$2" "$3"
  shift 3
  printf ' %s\n' "$@"
  printf 'Description-md5: 0\n\n'
}

{
  for i in $(seq 200); do
    package "tool$i" "source$i" "useful tool number $i (command line)" \
      "Tool$i does number $i of all useful things." "It is small. A third sentence." "." "Another paragraph."
  done
  package tool-doc docs "manual of tools" "This is the manual of all tools there are."
  package old old "transitional package" "This can be removed without any harm to anything."
  package twice source7 "useful tool number 7" "The same synopsis with another text of words."
  package umlaut umlaut "tool für etwas" "This one has letters that are not plain."
} > "$scratch/packages"

"$make" "$scratch/out" --from "$scratch/packages" > "$scratch/said"
cat "$scratch"/out/*.headline > "$scratch/headlines"
cat "$scratch"/out/*.text > "$scratch/texts"
[[ $(wc -l < "$scratch/headlines") == 200 ]] || fail "200 headlines were expected, got $(wc -l < "$scratch/headlines")"
[[ $(wc -l < "$scratch/texts") == 200 ]] || fail "as many texts were expected"
grep -qx 'useful tool number 42' "$scratch/headlines" || fail "no headline of tool 42"
grep -qx 'tool42 does number 42 of all useful things . it is small .' "$scratch/texts" ||
  fail "tool 42 has another text: $(grep tool42 "$scratch/texts")"
if grep -qE 'manual|transitional|etwas' "$scratch/headlines"; then fail "something that is no headline is one"; fi
for part in train valid test; do
  [[ -s $scratch/out/$part.text ]] || fail "$part is empty"
done
[[ -z $(ls -A "$scratch/out" | grep '^\.make') ]] || fail "scratch files are left"

before=$(cat "$scratch"/out/* | cksum)
"$make" "$scratch/out" --from "$scratch/packages" > /dev/null
[[ $(cat "$scratch"/out/* | cksum) == "$before" ]] || fail "another run makes another corpus"

# refused STATUS TEXT ARGUMENTS...
refused() {
  local expected=$1 text=$2 said status=0
  shift 2
  said=$("$make" "$@" 2>&1) || status=$?
  [[ $status == "$expected" && $said == *"$text"* ]] || fail "$*: status $status came: $said"
}
refused 2 'usage: make.sh'
refused 2 'usage: make.sh' "$scratch/new" --from
refused 1 'there is no file /nowhere' "$scratch/new" --from /nowhere
: > "$scratch/empty"
refused 1 'no package has a long description' "$scratch/new" --from "$scratch/empty"
package umlaut umlaut "tool für etwas" "This one has letters that are not plain." > "$scratch/umlauts"
refused 1 'no descriptions are left for train' "$scratch/new" --from "$scratch/umlauts"
