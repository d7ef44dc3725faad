#!/usr/bin/env bash
# The study in convolutional.md: convolutional models on Multi30k, German to English, word by word.
#
#   docs/studies/convolutional.sh OUT [FOLDER]
#
# FOLDER contains Multi30k's files; without it they are downloaded. Trains on THREADS (2), in PRECISION (f32), for
# EPOCHS (26), a model each whose decoder attends in blocks ATTENTION (all last). Called again, the script continues
# with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [FOLDER]'
from=(${2:+--from "$(realpath "$2")"})
begin "$1"
corpus=$out/corpus

# train ATTENTION: a model called by the blocks that attend.
train() {
  "$alinea" train --model "$out/$1" --threads "${THREADS:-2}" --precision "${PRECISION:-f32}" \
    --source "$corpus/train.tok.de" --target "$corpus/train.tok.en" \
    --valid-source "$corpus/val.tok.de" --valid-target "$corpus/val.tok.en" \
    --architecture convolutional --decoder-attention "$1" --min-frequency 2 --tie-embeddings target-output \
    --dropout 0.2 --learning-rate 0.001 --batch-size 64 --exponential-smoothing 0.001 \
    --epochs "${EPOCHS:-26}" --validate-every 906 --validate-by bleu --patience 0 > "$out/$1.log" 2>&1
}

# score MODEL BEAM: BLEU on the test text.
score() {
  "$alinea" translate --model "$out/$1" --beam-size "$2" < "$corpus/test_2016_flickr.tok.de" > "$out/$1.$2.en"
  "$alinea" evaluate --hypotheses "$out/$1.$2.en" --references "$corpus/test_2016_flickr.tok.en" \
    --tokenize none | sed -nE 's/^BLEU = ([0-9.]+) .*/\1/p'
}

[[ -e $corpus/train.tok.de ]] || corpora/multi30k/fetch.sh "$corpus" "${from[@]}"
{
  echo '| attention | greedy | beam 5 |'
  echo '|---|---|---|'
  for attention in ${ATTENTION:-all last}; do
    train "$attention"
    echo "| \`$attention\` | $(score "$attention" 1) | $(score "$attention" 5) |"
  done
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
