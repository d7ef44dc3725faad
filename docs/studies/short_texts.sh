#!/usr/bin/env bash
# The study in short_texts.md: encoders and poolings on sentences of film reviews and on questions.
#
#   docs/studies/short_texts.sh DATA OUT [NAME...]
#
# DATA contains sst/train.trees.gz and sst/dev.trees.gz (the Stanford Sentiment Treebank), mr/all.tsv.gz (sentences
# of film reviews as 'label TAB sentence'; every tenth line is held out) and trec/train.txt.gz and test.txt.gz
# (questions, a class and its kind before each), as corpora/studies/fetch.sh lays them out. NAME selects trainings by the
# beginning of their names: trec, sst.lstm. Trains with the random numbers of SEEDS (1 2 3), in PRECISION (f32). Called
# again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [NAME...]'
data=$(realpath "$1")
wanted=("${@:3}")
begin "$2"
threads=${THREADS:-1}

prepare() {
  [[ ! -e $out/trec.held-out.tsv ]] || return 0
  zcat "$data/sst/train.trees.gz" | python3 docs/studies/trees.py --phrases > "$out/sst.train.tsv"
  zcat "$data/sst/dev.trees.gz" | python3 docs/studies/trees.py > "$out/sst.held-out.tsv"
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 != 0' > "$out/mr.train.tsv"
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 == 0' > "$out/mr.held-out.tsv"
  zcat "$data/trec/train.txt.gz" | sed -E 's/^([A-Z]+):[a-z]+ /\1\t/' > "$out/trec.train.tsv"
  zcat "$data/trec/test.txt.gz" | sed -E 's/^([A-Z]+):[a-z]+ /\1\t/' > "$out/trec.held-out.new"
  mv "$out/trec.held-out.new" "$out/trec.held-out.tsv"  # last, because it says that all are there
}

# variant DATA NAME OPTION...: a model for each seed, and their row of the table. A twentieth of the training texts selects
# the epoch.
variant() {
  local set=$1 name=$1.$2 seed model
  shift 2
  is_wanted "$name" || return 0
  printf '| %s' "$name"
  for seed in "${seeds[@]}"; do
    model=$out/$name.$seed
    if [[ ! -e $model.scores ]]; then
      "$alinea" train-classifier --train "$out/$set.train.tsv" --valid-share 0.05 --model "$model" --overwrite \
        --seed "$seed" --no-hierarchical --embedding-size 200 --word-dropout 0.1 --schedule plateau --patience 3 \
        --threads "$threads" --precision "${PRECISION:-f32}" "$@" > "$model.log" 2>&1
      "$alinea" classify --model "$model" --input "$out/$set.held-out.tsv" --labelled --threads "$threads" \
        > "$model.answers" 2> "$model.scores.new"
      mv "$model.scores.new" "$model.scores"
    fi
    printf ' | %s' "$(sed -nE 's/.*accuracy ([0-9.]+) .*/\1/p' "$model.scores")"
  done
  echo ' |'
}

prepare
recurrent=(--hidden-size 100 --dropout 0.5)
transformer=(--encoder transformer --layers 2 --feed-forward-size 400 --norm pre --dropout 0.3)
read -ra seeds <<< "${SEEDS:-1 2 3}"

# table: a row a model, a column a seed.
table() {
  local set epochs
  printf '|'
  printf ' | seed %s' "${seeds[@]}"
  printf ' |\n|---'
  printf '|---%.0s' "${seeds[@]}"
  echo '|'
  for set in trec mr sst; do
    case $set in
      trec) epochs=(--epochs 15) ;;
      mr) epochs=(--epochs 8) ;;
      *) epochs=(--epochs 2) ;;
    esac
    variant "$set" lstm "${recurrent[@]}" "${epochs[@]}" --cell lstm
    variant "$set" lstmn "${recurrent[@]}" "${epochs[@]}" --cell lstm --intra-attention
    variant "$set" rnn "${recurrent[@]}" "${epochs[@]}" --cell rnn
    variant "$set" rnn-intra "${recurrent[@]}" "${epochs[@]}" --cell rnn --intra-attention
    variant "$set" self-attentive "${recurrent[@]}" "${epochs[@]}" --cell lstm --pooling self-attentive
    variant "$set" transformer "${transformer[@]}" "${epochs[@]}"
  done
}
table | tee "$out/report.md"
