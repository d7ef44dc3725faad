#!/usr/bin/env bash
# The study in multi30k.md: Multi30k, English to German, from raw text to single models and their ensembles.
#
#   docs/studies/multi30k.sh OUT [FOLDER]
#
# FOLDER contains Multi30k's files; without it they are downloaded. Trains three recurrent models and a Transformer, all
# at the same time with one thread each, in PRECISION (f32). Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [FOLDER]'
from=(${2:+--from "$(realpath "$2")"})
begin "$1"
corpus=$out/corpus

# train NAME SEED OPTION...
train() {
  local name=$1 seed=$2
  shift 2
  OMP_WAIT_POLICY=passive "$alinea" train --model "$out/$name" --seed "$seed" --threads 1 \
    --precision "${PRECISION:-f32}" \
    --source "$corpus/train.raw.en" --target "$corpus/train.raw.de" \
    --valid-source "$corpus/val.raw.en" --valid-target "$corpus/val.raw.de" \
    --lowercase --tokenizer sentencepiece --sentencepiece-type bpe --vocabulary-size 6000 \
    --sentencepiece-alpha 0.05 --embedding-size 256 --tie-embeddings target-output --label-smoothing 0.1 \
    --exponential-smoothing 0.001 --validate-by bleu --validate-every 453 --patience 0 "$@" \
    > "$out/$name.log" 2>&1
}

# recurrent SEED: a model called by its seed.
recurrent() {
  train "$1" "$1" --cell gru --attention additive --hidden-size 256 --dropout 0.35 --batch-size 32 \
    --schedule luong-halving --decay-after 14 --epochs 20
}

# transformer SEED: with relative positions alone.
transformer() {
  train "transformer-$1" "$1" --architecture transformer --positions relative --dropout 0.3 \
    --embedding-dropout 0.1 --attention-dropout 0.1 --activation-dropout 0.1 --batch-size 64 --epochs 26
}

# score NAME SPLIT MODEL...: a row of the table.
score() {
  local name=$1 split=$2 models=()
  shift 2
  for model; do models+=(--model "$out/$model"); done
  "$alinea" translate "${models[@]}" --beam-size 12 < "$corpus/$split.raw.en" > "$out/$name.$split.de"
  "$alinea" evaluate --hypotheses "$out/$name.$split.de" --references "$corpus/$split.raw.de" \
    --lowercase | sed -nE 's/^BLEU = ([0-9.]+) .*/\1/p'
}

[[ -e $corpus/train.raw.en ]] || corpora/multi30k/fetch.sh "$corpus" --raw "${from[@]}"
for seed in 1 2 3; do in_background recurrent "$seed"; done
in_background transformer 1
wait_for_background

{
  echo "| models | val | test_2016_flickr |"
  echo '|---|---|---|'
  for models in 1 2 3 transformer-1 '1 2 3' '3 transformer-1'; do
    read -ra names <<< "$models"
    val=$(score "${models// /-}" val "${names[@]}")
    test=$(score "${models// /-}" test_2016_flickr "${names[@]}")
    echo "| ${models// /, } | $val | $test |"
  done
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
