#!/usr/bin/env bash
# The study in captions.md: digits that stand somewhere on a canvas, written by soft and by hard attention over
# the picture.
#
#   docs/studies/captions.sh MNIST OUT
#
# MNIST contains train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz and the same of valid, as
# corpora/studies/fetch.sh lays out mnist. Each model is a
# separate run in OUT: called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'MNIST OUT'
mnist=$(realpath "$1")
begin "$2"

[[ -e $out/canvas.train.txt ]] || {
  docs/studies/digit_canvas.py "$mnist"/train-images-idx3-ubyte.gz "$mnist"/train-labels-idx1-ubyte.gz 12000 1 "$out/canvas.train"
  docs/studies/digit_canvas.py "$mnist"/valid-images-idx3-ubyte.gz "$mnist"/valid-labels-idx1-ubyte.gz 500 2 "$out/canvas.valid"
}

# train NAME DATA EPOCHS RATE OPTION...
train() {
  local name=$1 data=$2 epochs=$3 rate=$4
  shift 4
  [[ -e $out/$name.done ]] && return
  "$alinea" train --source-type features --source "$out/$data.train.lst" --target "$out/$data.train.txt" \
    --valid-source "$out/$data.valid.lst" --valid-target "$out/$data.valid.txt" --model "$out/$name" \
    --threads 1 --batch-size 32 --max-frames 0 --patience 0 --front-end convolution --attention additive \
    --hidden-size 128 --embedding-size 64 --dropout 0.2 --schedule inverse-sqrt --epochs "$epochs" \
    --learning-rate "$rate" "$@" >> "$out/$name.log" 2>&1
  touch "$out/$name.done"
}

# exact NAME DATA: captions of the validation pictures, with what their words looked at.
exact() {
  local name=$1 data=$2
  "$alinea" translate --model "$out/$name" --threads 1 < "$out/$data.valid.lst" > "$out/$name.txt"
  "$alinea" align --model "$out/$name" --source "$out/$data.valid.lst" --target "$out/$name.txt" --threads 1 \
    --output "$out/$name.csv" --picture-page "$out/$name.html"
  echo "$name:"
  "$alinea" evaluate --hypotheses "$out/$name.txt" --references "$out/$data.valid.txt" --error-rates
}

digits=(--front-end-layers 3 --front-end-channels 32)
train canvas-soft canvas 8 0.002 --warmup 300 "${digits[@]}"
train canvas-hard canvas 3 0.0005 --warmup 100 "${digits[@]}" --attention-choice hard --pretrained-model "$out/canvas-soft"
for choice in soft hard; do
  exact "canvas-$choice" canvas
  docs/studies/looks.py "$out/canvas-$choice.csv" "$out/canvas.valid.places" 32 96
done
