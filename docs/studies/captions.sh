#!/usr/bin/env bash
# The study in captions.md: digits that stand somewhere on a canvas, and the names of emoji, written by soft and by hard
# attention over the picture.
#
#   docs/studies/captions.sh DATA OUT [NAME...]
#
# DATA contains the folders mnist and emoji, as corpora/studies/fetch.sh lays them out. NAME selects trainings by the
# beginning of their names. Each model is a separate run in OUT: called again, the script continues with what is
# missing. Trains in PRECISION (f32).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [NAME...]'
data=$(realpath "$1")
wanted=("${@:3}")
begin "$2"

# pictures DATA: those of the models whose names begin with DATA.
pictures() {
  [[ ! -e $out/$1.done ]] || return 0
  "pictures_of_$1"
  touch "$out/$1.done"
}

# Digits of MNIST, put together; those to learn from are distorted.
pictures_of_canvas() {
  canvases train 100000 3 --distort
  canvases valid 500 2
}
canvases() { # PART COUNT SEED [--distort]
  docs/studies/digit_canvas.py "$data/mnist/$1-images-idx3-ubyte.gz" "$data/mnist/$1-labels-idx1-ubyte.gz" \
    "$2" "$3" "$out/canvas.$1" "${@:4}"
}

# Emoji by number, and their names in lower case.
pictures_of_emoji() {
  local part images
  for part in train valid; do
    images=$out/emoji.$part-images-idx4-ubyte
    zcat "$data/emoji/$part-images-idx4-ubyte.gz" > "$images"
    zcat "$data/emoji/$part.tsv.gz" | cut -f 1 | tr '[:upper:]' '[:lower:]' > "$out/emoji.$part.txt"
    seq 0 $(($(wc -l < "$out/emoji.$part.txt") - 1)) | sed "s|^|$images:|" > "$out/emoji.$part.lst"
  done
}

# captions NAME OPTION...: a model of the pictures that NAME begins with, what it writes about those of the validation,
# and what its words looked at.
captions() {
  local name=$1 kind=${1%%-*}
  shift
  is_wanted "$name" || return 0
  pictures "$kind"
  if [[ ! -e $out/$name.txt ]]; then
    "$alinea" train --source-type features --source "$out/$kind.train.lst" --target "$out/$kind.train.txt" \
      --valid-source "$out/$kind.valid.lst" --valid-target "$out/$kind.valid.txt" --model "$out/$name" --threads 1 \
      --precision "${PRECISION:-f32}" --batch-size 32 --max-frames 0 --patience 0 --front-end convolution \
      --attention additive --schedule inverse-sqrt "$@" >> "$out/$name.log" 2>&1
    "$alinea" translate --model "$out/$name" --threads 1 < "$out/$kind.valid.lst" > "$out/$name.new"
    "$alinea" align --model "$out/$name" --source "$out/$kind.valid.lst" --target "$out/$name.new" --threads 1 \
      --output "$out/$name.csv" --picture-page "$out/$name.html"
    mv "$out/$name.new" "$out/$name.txt"
  fi
  echo "$name:"
  "$alinea" evaluate --hypotheses "$out/$name.txt" --references "$out/$kind.valid.txt" --error-rates
  [[ $kind != canvas ]] || docs/studies/looks.py "$out/$name.csv" "$out/canvas.valid.places" 32 96
}

# hard NAME OPTION...: the same with hard attention, from the model with soft attention.
hard() {
  captions "$1-hard" --attention-choice hard --pretrained-model "$out/$1-soft" --warmup 100 \
    --learning-rate 0.0005 "${@:2}"
}

canvas=(--front-end-layers 4 --front-end-channels 32 --hidden-size 128 --embedding-size 128 --dropout 0.3
  --exponential-smoothing 0.002)
captions canvas-soft "${canvas[@]}" --epochs 4 --learning-rate 0.002 --warmup 300
hard canvas "${canvas[@]}" --epochs 1

# The states are what the front end makes of each place, as in the paper, and parts of the pictures are left out.
names=(--encoder bag --tokenizer icu --feature-normalization corpus --front-end-layers 3 --front-end-channels 96
  --hidden-size 256 --embedding-size 256 --dropout 0.4 --word-dropout 0.2 --time-masks 6 --time-mask-width 192
  --exponential-smoothing 0.002)
captions emoji-soft "${names[@]}" --epochs 110 --learning-rate 0.002 --warmup 500
hard emoji "${names[@]}" --epochs 26
