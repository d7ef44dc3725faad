#!/usr/bin/env bash
# Makes the LibreOffice help corpus in OUT_DIR: German or French to English, from the help packages
# of the Debian (or Ubuntu) that this runs on. Needs no root and installs nothing.
set -euo pipefail

usage() {
  echo "usage: make.sh OUT_DIR [de|fr]" >&2
  echo "  ALINEA_BUILD  the build folder of the project (default: build/ in the project's folder)" >&2
  exit 2
}

fail() {
  echo "make.sh: $*" >&2
  exit 1
}

(($# == 1 || $# == 2)) || usage
out=$1 language=${2:-de}
[[ $language == de || $language == fr ]] || usage

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
extract=${ALINEA_BUILD:-$project/build}/extract_help
[[ -x $extract ]] || fail "there is no $extract: build the project first (cmake --build build)"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "downloading libreoffice-help-en-us and libreoffice-help-$language"
# As root, apt would download as a user who may not write to the temporary folder.
(cd "$scratch" && apt-get download -qq -o APT::Sandbox::User=root \
  libreoffice-help-en-us "libreoffice-help-$language") ||
  fail "apt-get cannot download the help packages: try 'apt-get update' as root"
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch/unpacked"; done

help=$scratch/unpacked/usr/share/libreoffice/help
"$extract" "$help/$language" "$help/en-US" "$out"
