#!/usr/bin/env bash
# From a bare Debian or Ubuntu to a trained translator, in one command. See usage below.
set -euo pipefail
start=$PWD
# Ctrl-C saves a training, whose status is then 0: what comes after it is not run.
trap 'exit 130' INT
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
usage: ./run.sh                    build, train on the embedded corpus, translate and align its test set
       ./run.sh test               build and run all tests
       ./run.sh real [de|fr]       train a translator into English on LibreOffice's help
       ./run.sh multi30k [FOLDER]  train on Multi30k, downloaded or taken from FOLDER
       ./run.sh atlas NAME         train the small models of docs/atlas/NAME.md and draw its pictures
       ./run.sh packages           print the packages that a build needs
All but the last first install the packages that are missing (Debian 12 or 13, Ubuntu 24.04).
TEXT
}

wrong_usage() {
  usage >&2
  exit 2
}

packages=(
  g++ cmake ninja-build
  libdnnl-dev ocl-icd-opencl-dev libboost-program-options-dev libboost-iostreams-dev
  libfmt-dev nlohmann-json3-dev libicu-dev libsentencepiece-dev libutfcpp-dev zlib1g-dev
  libstemmer-dev libxml2-dev libjs-dygraphs pkg-config libsndfile1-dev libsamplerate0-dev libfftw3-dev
  libpng-dev libturbojpeg0-dev libarchive-dev libcpp-httplib-dev
)
# python3-torch is what the models are compared with.
test_packages=(python3-numpy python3-protobuf pybind11-dev python3-dev catch2 python3-torch clang libclang-rt-dev libomp-dev libopenmpi-dev openmpi-bin)

say() { echo "== $*"; }

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

can_be_root() { ((EUID == 0)) || command -v sudo > /dev/null; }

as_root() {
  can_be_root || fail "expected root or sudo, and there is neither; have this run first, as root: $*"
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]
}

# install_packages PACKAGE...: those that are missing.
install_packages() {
  command -v dpkg-query > /dev/null ||
    fail "expected Debian or Ubuntu (no dpkg-query here); elsewhere install the equivalents of: $*"
  local package missing=()
  for package; do is_installed "$package" || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  # All of it at once: the first command that fails would name only itself.
  can_be_root || fail "installing packages needs root or sudo; have this run first, as root:" \
    "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# compile PRESET [-DOPTION=VALUE...] [TARGET...]: without a target, everything.
compile() {
  local preset=$1 options=()
  shift
  while [[ ${1:-} == -D* ]]; do
    options+=("$1")
    shift
  done
  say "building with the preset $preset"
  # One compilation unit per folder builds in a third of the time.
  cmake --preset "$preset" -Wno-dev "${options[@]}" \
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 > /dev/null
  cmake --build --preset "$preset" ${1:+--target "$@"}
}

# build TARGET...: into build/, without tests, and whatever a newer compiler warns of.
build() {
  install_packages "${packages[@]}"
  compile release -DBUILD_TESTING=OFF -DALINEA_WERROR=OFF "$@"
}

# translate_and_score MODEL SOURCE TARGET OUT: writes OUT/translations.txt and prints its BLEU.
translate_and_score() {
  local model=$1 source=$2 target=$3 out=$4
  say "translating $source"
  build/alinea translate --model "$model" --beam-size 5 < "$source" > "$out/translations.txt"
  build/alinea evaluate --hypotheses "$out/translations.txt" --references "$target" --tokenize none
}

# show_lines SOURCE TARGET OUT: a few lines with their translation.
show_lines() {
  paste -d '\n' <(head -n 4 "$1") <(head -n 4 "$2") <(head -n 4 "$3/translations.txt") |
    awk 'BEGIN { split("source reference translation", name) }
         { printf "%-12s %s\n", name[(NR - 1) % 3 + 1], $0 } NR % 3 == 0 { print "" }'
}

train_numbers() {
  local corpus=corpora/numbers model=models/numbers out=models/numbers-out
  build alinea
  mkdir -p "$out"
  say "training on $corpus: numbers in words, German to English"
  build/alinea train --source $corpus/train.de --target $corpus/train.en \
    --valid-source $corpus/valid.de --valid-target $corpus/valid.en --model $model --overwrite \
    --cell gru --attention additive --embedding-size 64 --hidden-size 128 --dropout 0.2 --epochs 8
  translate_and_score $model $corpus/test.de $corpus/test.en $out
  show_lines $corpus/test.de $corpus/test.en $out

  say "aligning $corpus/test.*"
  local align=(build/alinea align --model "$model")
  "${align[@]}" --source $corpus/test.de --target $corpus/test.en \
    --format tidy --output $out/alignments.csv
  "${align[@]}" --source $corpus/test.de --target $corpus/test.en \
    --format pharaoh --output $out/links.txt
  head -n 20 $corpus/test.de > $out/first.de
  head -n 20 $corpus/test.en > $out/first.en
  "${align[@]}" --source $out/first.de --target $out/first.en \
    --format matrix --output $out/matrices --heatmap $out/heatmaps
  build/alinea evaluate --alignments $out/links.txt --gold $corpus/test.gold

  say "results"
  cat <<TEXT
model         $model/
translations  $out/translations.txt
alignments    $out/alignments.csv (every weight), $out/links.txt (links)
matrices      $out/matrices/ (the first 20 sentences)
heatmaps      $out/heatmaps/
TEXT
}

train_libreoffice() {
  local language=$1
  local corpus=.cache/libreoffice-$language model=models/libreoffice-$language
  local out=models/libreoffice-$language-out
  build alinea extract_help
  mkdir -p "$out"
  if [[ ! -f $corpus/test.en ]]; then
    apt-cache show "libreoffice-help-$language" > /dev/null 2>&1 || as_root apt-get update -qq
    say "making the corpus $corpus"
    corpora/libreoffice/make.sh "$corpus" "$language"
  fi
  say "training on $corpus: LibreOffice's help, $language to en"
  build/alinea train --source "$corpus/train.$language" --target "$corpus/train.en" \
    --valid-source "$corpus/valid.$language" --valid-target "$corpus/valid.en" \
    --model "$model" --overwrite --min-frequency 2 --max-length 50 \
    --cell gru --attention additive --embedding-size 128 --hidden-size 256 --dropout 0.3 \
    --label-smoothing 0.1 --epochs 10
  translate_and_score "$model" "$corpus/test.$language" "$corpus/test.en" "$out"
  show_lines "$corpus/test.$language" "$corpus/test.en" "$out"
  say "the model is $model/, the translations are $out/translations.txt"
}

train_multi30k() {
  local corpus=.cache/multi30k model=models/multi30k out=models/multi30k-out
  local folder=''
  if [[ -n $1 ]]; then
    folder=$(cd "$start" && cd "$1" 2> /dev/null && pwd) || fail "there is no folder $1; expected one with the files of Multi30k"
  else
    install_packages curl ca-certificates
  fi
  build alinea
  mkdir -p "$out"
  if [[ ! -f $corpus/test_2016_flickr.tok.en ]]; then
    say "fetching Multi30k into $corpus"
    corpora/multi30k/fetch.sh "$corpus" ${folder:+--from "$folder"}
  fi
  say "training on Multi30k, German to English"
  build/alinea train --source $corpus/train.tok.de --target $corpus/train.tok.en \
    --valid-source $corpus/val.tok.de --valid-target $corpus/val.tok.en \
    --model $model --overwrite --min-frequency 2 \
    --cell gru --attention additive --embedding-size 256 --hidden-size 512 --dropout 0.3 \
    --label-smoothing 0.1 --schedule plateau --decay-patience 2 --validate-by bleu \
    --validate-every 227 --patience 8 --epochs 20
  translate_and_score $model $corpus/test_2016_flickr.tok.de $corpus/test_2016_flickr.tok.en $out
  show_lines $corpus/test_2016_flickr.tok.de $corpus/test_2016_flickr.tok.en $out
  say "the model is $model/, the translations are $out/translations.txt"
}

# make_atlas_page NAME: where chromium is missing, pictures that are pages of HTML stay pages.
make_atlas_page() {
  docs/atlas/make.sh list | grep -qx "$1" ||
    fail "the atlas has no page $1; expected one of: $(docs/atlas/make.sh list | tr '\n' ' ')"
  build alinea generate_signals
  docs/atlas/make.sh "$1"
  say "the models are in models/atlas/$1, the pictures in docs/images/atlas, the page is docs/atlas/$1.md"
}

run_tests() {
  local jobs=$(($(nproc) + 1))  # some tests wait
  install_packages "${packages[@]}" "${test_packages[@]}"
  # Chromium runs the pages; Ubuntu has none that is a package.
  if apt-cache show chromium > /dev/null 2>&1; then install_packages chromium; fi
  # With the sanitizers, the tests of the folders that read what others wrote and that manage memory, except
  # those that take longest and run nothing that the others do not: sanitizers make loops over floats twenty
  # times as slow. The preset sanitize builds and runs any other test, too.
  local folders=(storage text signals autograd ops options models metrics aligner training server)
  local longest='central differences|rules of normalisation|a (narrow )?beam|the n best begin'
  longest+='|score finds|under rules|final is never|the search saw|and the search agree'
  longest+='|side by side|rest of its batch|reads its own words|beam of size 1|is moved whole|as long as the limit'
  longest+='|no fault of the call|takes a moment|merged in a moment|a very long pair|dropout changes the loss|sum over all choices'
  compile sanitize -DALINEA_MPI=ON "${folders[@]/%/_tests}"
  say "running the tests with AddressSanitizer and UndefinedBehaviorSanitizer"
  ctest --preset sanitize -j "$jobs" --tests-regex "^($(IFS='|' && echo "${folders[*]}")):" \
    --exclude-regex "$longest"
  compile release -DBUILD_TESTING=ON -DALINEA_WERROR=ON -DALINEA_MPI=ON -DALINEA_PYTHON=ON
  say "running the tests"
  ctest --preset release -j "$jobs"
}

case "${1:-} $#" in
  'packages 1') printf '%s\n' "${packages[@]}" ;;
  ' 0') train_numbers ;;
  'test 1') run_tests ;;
  'real 1' | 'real 2')
    [[ ${2:-de} == de || ${2:-de} == fr ]] || wrong_usage
    train_libreoffice "${2:-de}"
    ;;
  'atlas 2') make_atlas_page "$2" ;;
  'multi30k 1' | 'multi30k 2') train_multi30k "${2:-}" ;;
  '-h 1' | '--help 1' | 'help 1') usage ;;
  *) wrong_usage ;;
esac
