#!/usr/bin/env bash
# The study in multi30k.md: Multi30k, English to German, from raw text to one model and an ensemble of three.
#
#   docs/studies/multi30k.sh OUT [FOLDER]
#
# FOLDER contains Multi30k's files; without it they are downloaded. The three trainings run at the same
# time, with one thread each. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [FOLDER]'
from=(${2:+--from "$(realpath "$2")"})
begin "$1"
corpus=$out/corpus

# train SEED: a model called by its seed.
train() {
  OMP_WAIT_POLICY=passive "$alinea" train --model "$out/$1" --seed "$1" --threads 1 \
    --source "$corpus/train.raw.en" --target "$corpus/train.raw.de" \
    --valid-source "$corpus/val.raw.en" --valid-target "$corpus/val.raw.de" \
    --lowercase --tokenizer sentencepiece --sentencepiece-type bpe --vocabulary-size 6000 \
    --sentencepiece-alpha 0.05 --cell gru --attention additive --embedding-size 256 \
    --hidden-size 256 --tie-embeddings --dropout 0.35 --label-smoothing 0.1 --batch-size 32 \
    --exponential-smoothing 0.001 --schedule luong-halving --decay-after 14 --epochs 20 \
    --validate-by bleu --validate-every 453 --patience 0 > "$out/$1.log" 2>&1
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
trainings=()
trap 'kill "${trainings[@]}" 2> /dev/null || true' EXIT
for seed in 1 2 3; do
  train "$seed" &
  trainings+=($!)
done
for training in "${trainings[@]}"; do wait "$training"; done

{
  echo "| seeds | val | test_2016_flickr |"
  echo '|---|---|---|'
  for models in 1 2 3 '1 2 3'; do
    read -ra seeds <<< "$models"
    val=$(score "${models// /-}" val "${seeds[@]}")
    test=$(score "${models// /-}" test_2016_flickr "${seeds[@]}")
    echo "| ${models// /, } | $val | $test |"
  done
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
