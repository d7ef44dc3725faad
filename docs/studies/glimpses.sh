#!/usr/bin/env bash
# The study in glimpses.md: handwritten digits by a few glimpses, at learned places and at random ones.
#
#   docs/studies/glimpses.sh MNIST OUT
#
# MNIST contains train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz and the same of valid, as
# corpora/studies/fetch.sh lays out mnist. Each model is a
# separate run in OUT: called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'MNIST OUT'
mnist=$(realpath "$1")
begin "$2"
epochs=${EPOCHS:-40}

for split in train valid; do
  docs/studies/idx_list.py "$mnist/$split-labels-idx1-ubyte.gz" "$mnist/$split-images-idx3-ubyte.gz" > "$out/$split.tsv"
done

# train NAME GLIMPSES OPTION...
train() {
  local name=$1 glimpses=$2
  shift 2
  [[ -e $out/$name.done ]] && return
  "$alinea" train-classifier --source-type features --features-folder "$mnist" \
    --train "$out/train.tsv" --valid "$out/valid.tsv" \
    --model "$out/$name" --threads 1 --glimpses "$glimpses" --glimpse-size 8 --batch-size 20 --learning-rate 0.001 \
    --schedule inverse-sqrt --warmup 400 --epochs "$epochs" --patience 0 "$@" >> "$out/$name.log" 2>&1
  touch "$out/$name.done"
}

# error NAME PATHS OPTION...: of the validation pictures, with so many paths.
error() {
  local name=$1 paths=$2
  shift 2
  printf '%s, %s paths: ' "$name" "$paths"
  "$alinea" classify --model "$out/$name" --input "$out/valid.tsv" --labelled --threads 1 \
    --features-folder "$mnist" \
    --glimpse-samples "$paths" "$@" 2>&1 > "$out/$name.$paths.txt" | head -n 1
}

train learned 6
train random 6 --glimpse-locations random
for name in learned random; do
  for paths in 1 10; do error "$name" "$paths"; done
done
error learned 3 --glimpse-page "$out/learned.html" --attention "$out/learned.csv" > "$out/drawn.txt"
