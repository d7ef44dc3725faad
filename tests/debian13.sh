#!/usr/bin/env bash
# onednn3.sh FOLDER [TEST...]: alinea with oneDNN 3. Makes a Debian 13 in FOLDER, unless there is one
# already, builds there and runs the tests whose names begin with ops, models or search, or with TEST.
# Wants root and debootstrap, and some 2 GB.
set -euo pipefail
(($# >= 1)) || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
(($#)) || set -- ops models search
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
mirror=http://deb.debian.org/debian

inside() { chroot "$folder" env DEBIAN_FRONTEND=noninteractive "$@"; }

[[ -d $folder/etc ]] || debootstrap --variant=minbase trixie "$folder" "$mirror"
# The tests are written for the second Catch2, which Debian 12 has last; sentencepiece's file for
# pkg-config asks for protobuf's.
echo "deb $mirror bookworm main" > "$folder/etc/apt/sources.list.d/bookworm.list"
packages=$(sed -n '/^packages=(/,/^)/{//!p}' "$source/run.sh")
inside apt-get update -qq
# shellcheck disable=SC2086  # one word each
inside apt-get install -y -qq --no-install-recommends --allow-downgrades \
  ${packages//catch2/catch2/bookworm} libprotobuf-dev

mkdir -p "$folder/alinea"
tar -C "$source" --exclude='./build*' --exclude=./models --exclude=./.cache --exclude=./.git -c . |
  tar -C "$folder/alinea" -x
inside cmake -S /alinea -B /alinea/build -G Ninja -Wno-dev \
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 > /dev/null
inside cmake --build /alinea/build --target alinea "${@/%/_tests}"
inside /alinea/build/alinea --version
for test; do
  inside env OMP_WAIT_POLICY=passive "/alinea/build/tests/$test/${test}_tests"
done
