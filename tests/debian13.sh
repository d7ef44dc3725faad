#!/usr/bin/env bash
# debian13.sh FOLDER [TEST...]: alinea on Debian 13, with oneDNN 3 and Catch2 3. Installs a Debian 13 in
# FOLDER unless there is one already, runs ./run.sh there, then builds and runs the tests whose names
# begin with ops, models or search, or with TEST. Needs root, debootstrap and 3 GB.
set -euo pipefail
(($# >= 1)) || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
(($#)) || set -- ops models search
source=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")

inside() {
  # shellcheck disable=SC2016  # expanded by the inner shell
  unshare --mount bash -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$folder" \
    env DEBIAN_FRONTEND=noninteractive OMP_WAIT_POLICY=passive "$@"
}

[[ -d $folder/etc ]] || debootstrap --variant=minbase trixie "$folder" http://deb.debian.org/debian

mkdir -p "$folder/alinea"
tar -C "$source" --exclude='./build*' --exclude=./models --exclude=./.cache --exclude=./.git -c . |
  tar -C "$folder/alinea" -x
inside /alinea/run.sh | tee "$folder/run.log"
grep -qE '^BLEU = (100|99)\.' "$folder/run.log" ||
  { echo "debian13.sh: expected run.sh to reach a BLEU of 99 or more" >&2; exit 1; }

inside apt-get install -y -qq --no-install-recommends catch2
inside cmake -S /alinea -B /alinea/build -DBUILD_TESTING=ON -Wno-dev > /dev/null
inside cmake --build /alinea/build --target alinea "${@/%/_tests}"
inside /alinea/build/alinea --version
for test; do
  inside "/alinea/build/tests/$test/${test}_tests"
done
