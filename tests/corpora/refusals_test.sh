#!/usr/bin/env bash
# refusals_test.sh PROJECT BUILD: wrong calls and bad input end with one clear line or the usage.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect STATUS TEXT COMMAND...: the command ends so and says TEXT; OUT never appears.
expect() {
  local expected=$1 text=$2 said status=0
  shift 2
  said=$("$@" 2>&1) || status=$?
  if [[ $status != "$expected" || $said != *"$text"* || -e $scratch/out ]]; then
    echo "$*: status $expected and '$text' were expected, status $status came: $said" >&2
    exit 1
  fi
}

expect 2 'usage: ./run.sh' "$1/run.sh" tests
expect 2 'usage: ./run.sh' "$1/run.sh" real es
expect 2 'usage: ./run.sh' "$1/run.sh" test all
expect 1 'there is no folder /nowhere' "$1/run.sh" multi30k /nowhere
expect 2 'usage: make.sh' "$1/corpora/libreoffice/make.sh"
expect 2 'usage: make.sh' "$1/corpora/libreoffice/make.sh" "$scratch/out" es
expect 1 'build the project first' \
  env ALINEA_BUILD="$scratch" "$1/corpora/libreoffice/make.sh" "$scratch/out"
expect 2 'usage: fetch.sh' "$1/corpora/multi30k/fetch.sh"
expect 2 'usage: fetch.sh' "$1/corpora/multi30k/fetch.sh" "$scratch/out" --from
expect 2 'usage: generate_numbers' "$2/generate_numbers"
expect 2 'usage: generate_letters' "$2/generate_letters"
expect 1 'generate_letters: cannot create the folder' "$2/generate_letters" /dev/null/letters
expect 2 'usage: generate_toys' "$2/generate_toys"
expect 1 'generate_toys: cannot create the folder' "$2/generate_toys" /dev/null/toys
expect 2 'usage: generate_signals' "$2/generate_signals" a b
expect 1 'generate_signals: cannot create the folder' "$2/generate_signals" /dev/null/signals
expect 2 'usage: ./run.sh' "$1/run.sh" atlas
expect 1 'the atlas has no page nothing' "$1/run.sh" atlas nothing
expect 2 'usage: docs/atlas/make.sh' "$1/docs/atlas/make.sh" nothing
expect 2 'usage: extract_help' "$2/extract_help" "$scratch"
expect 1 'extract_help: there is no help folder' \
  "$2/extract_help" "$scratch/de" "$scratch/en-US" "$scratch/out"

mkdir -p "$scratch"/{de,en-US}/text
echo '<p id="a">Hallo, Welt</p>' > "$scratch/de/text/page.html"
echo '<p id="a">Hello, world</p>' > "$scratch/en-US/text/page.html"
expect 1 'expected more than 2000 different segment pairs, found 1' \
  "$2/extract_help" "$scratch/de" "$scratch/en-US" "$scratch/out"

# Nobody in particular, on a machine without sudo and without packages, is told all that an administrator has to run.
mkdir -p "$scratch/bin"
chmod 755 "$scratch" "$scratch/bin"
cp "$1/run.sh" "$scratch/run.sh"
for tool in bash env dirname; do ln -s "$(command -v $tool)" "$scratch/bin/$tool"; done
printf '#!/usr/bin/env bash\nexit 1\n' > "$scratch/bin/dpkg-query"
chmod 755 "$scratch/bin/dpkg-query"
nobody=()
((EUID != 0)) || nobody=("$(command -v setpriv)" --reuid 65534 --regid 65534 --clear-groups)
expect 1 'apt-get update && apt-get install -y --no-install-recommends g++ cmake ninja-build' \
  env PATH="$scratch/bin" "${nobody[@]}" "$scratch/run.sh"
