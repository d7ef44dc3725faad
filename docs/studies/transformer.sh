#!/usr/bin/env bash
# The study in transformer.md: Transformers on Multi30k, German to English, word by word.
#
#   docs/studies/transformer.sh OUT [FOLDER]
#
# FOLDER contains Multi30k's files; without it they are downloaded. POSITIONS are the models to train, one
# after the other on THREADS (2), in PRECISION (f32). Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [FOLDER]'
from=(${2:+--from "$(realpath "$2")"})
begin "$1"
corpus=$out/corpus
positions=${POSITIONS:-sinusoidal relative none}

# train POSITIONS: a model called by its positions.
train() {
  "$alinea" train --model "$out/$1" --threads "${THREADS:-2}" --precision "${PRECISION:-f32}" \
    --source "$corpus/train.tok.de" --target "$corpus/train.tok.en" \
    --valid-source "$corpus/val.tok.de" --valid-target "$corpus/val.tok.en" \
    --architecture transformer --positions "$1" --min-frequency 2 --tie-embeddings target-output \
    --dropout 0.3 --attention-dropout 0.1 --embedding-dropout 0.1 --activation-dropout 0.1 \
    --batch-size 64 --exponential-smoothing 0.001 --epochs "${EPOCHS:-26}" \
    --validate-every 906 --validate-by bleu --patience 0 > "$out/$1.log" 2>&1
}

# score MODEL BEAM: BLEU on the test text.
score() {
  "$alinea" translate --model "$out/$1" --beam-size "$2" < "$corpus/test_2016_flickr.tok.de" \
    > "$out/$1.$2.en"
  "$alinea" evaluate --hypotheses "$out/$1.$2.en" --references "$corpus/test_2016_flickr.tok.en" \
    --tokenize none | sed -nE 's/^BLEU = ([0-9.]+) .*/\1/p'
}

[[ -e $corpus/train.tok.de ]] || corpora/multi30k/fetch.sh "$corpus" "${from[@]}"
{
  echo '| positions | greedy | beam 5 |'
  echo '|---|---|---|'
  for kind in $positions; do
    train "$kind"
    echo "| \`$kind\` | $(score "$kind" 1) | $(score "$kind" 5) |"
  done
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
