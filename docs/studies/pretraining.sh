#!/usr/bin/env bash
# The study in pretraining.md: what three kinds of language models do for classifiers with a thousand labels.
#
#   docs/studies/pretraining.sh DATA OUT
#
# DATA contains imdb/train.tsv.gz (film reviews as 'label TAB review', whose labels are not read) and mr/all.tsv.gz
# (sentences of other reviews as 'label TAB sentence'; every tenth line is held out), as corpora/studies/fetch.sh lays
# them out. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'DATA OUT'
data=$(realpath "$1")
begin "$2"
threads=${THREADS:-1}
precision=${PRECISION:-f32}

# prepare: sentences without labels, and a thousand with labels for each seed.
prepare() {
  [[ ! -e $out/held-out.tsv ]] || return 0
  local seed
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 != 0' > "$out/labelled.tsv"
  {
    zcat "$data/imdb/train.tsv.gz" | cut -f 2 | sed -E 's/<br \/>/\n/g; s/([.!?]) +/\1\n/g' |
      awk -v most="${SENTENCES:-80000}" 'NF > 3 && NF < 60 && ++n <= most'
    cut -f 2 "$out/labelled.tsv"
  } > "$out/sentences.txt"
  awk 'NR % 50 == 0' "$out/sentences.txt" > "$out/sentences.valid.txt"
  awk 'NR % 50 != 0' "$out/sentences.txt" > "$out/sentences.train.txt"
  for seed in 1 2 3 4 5; do
    shuf -n 1000 --random-source=<(yes $seed) "$out/labelled.tsv" > "$out/labels.$seed.tsv"
  done
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 == 0' > "$out/held-out.tsv"
}

# language_model NAME OPTION...
language_model() {
  local name=$1
  shift
  "$alinea" train-language-model --train "$out/sentences.train.txt" --valid "$out/sentences.valid.txt" \
    --model "$out/$name" --tokenizer icu --lowercase --vocabulary-size 12000 --embedding-size 128 \
    --tie-embeddings --batch-size 2000 --batch-unit tokens --epochs "${EPOCHS:-2}" --schedule inverse-sqrt \
    --warmup 300 --threads "$threads" --precision "$precision" "$@" >> "$out/$name.log" 2>&1
}

# classifiers NAME START OPTION...: five classifiers that start from the language model START, or, where it is empty,
# from random parameters. Prints a row of the table.
classifiers() {
  local name=$1 start=$2 seed model
  shift 2
  printf '| %s' "$name"
  for seed in 1 2 3 4 5; do
    model=$out/$name.$seed
    if [[ ! -e $model.scores ]]; then
      "$alinea" train-classifier --train "$out/labels.$seed.tsv" --model "$model" --overwrite --seed "$seed" \
        --no-hierarchical ${start:+--pretrained-model "$out/$start"} --embedding-size 128 --epochs 30 --patience 6 \
        --schedule plateau --batch-size 32 --word-dropout 0.1 --threads "$threads" "$@" > "$model.log" 2>&1
      "$alinea" classify --model "$model" --input "$out/held-out.tsv" --labelled \
        --threads "$threads" > "$model.answers" 2> "$model.scores.new"
      mv "$model.scores.new" "$model.scores"
    fi
    sed -nE 's/.*accuracy ([0-9.]+) .*/\1/p' "$model.scores"
  done | awk '{ sum += $1; printf " | %.1f", 100 * $1 } END { printf " | %.1f |\n", 100 * sum / NR }'
}

prepare
transformer=(--layers 2 --heads 4 --feed-forward-size 512 --positions relative --dropout 0.2)
recurrent=(--cell lstm --layers 1 --hidden-size 128 --dropout 0.3)
language_model causal "${transformer[@]}" --architecture transformer --objective causal --learning-rate 0.002
language_model masked "${transformer[@]}" --architecture transformer --objective masked --learning-rate 0.002
language_model bidirectional "${recurrent[@]}" --objective bidirectional --learning-rate 0.003
{
  echo '| | seed 1 | 2 | 3 | 4 | 5 | mean |'
  echo '|---|---|---|---|---|---|---|'
  classifiers transformer-left-to-right '' --encoder transformer --no-bidirectional "${transformer[@]}"
  classifiers gpt causal --encoder transformer --no-bidirectional "${transformer[@]}"
  classifiers transformer '' --encoder transformer "${transformer[@]}"
  classifiers bert masked --encoder transformer "${transformer[@]}"
  classifiers lstm '' "${recurrent[@]}"
  classifiers elmo bidirectional "${recurrent[@]}"
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
