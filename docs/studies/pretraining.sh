#!/usr/bin/env bash
# The study of pretraining in language_models.md: what three kinds of language models do for classifiers with a thousand
# labelled sentences, and for taggers with a thousand labelled words.
#
#   docs/studies/pretraining.sh DATA OUT [NAME...]
#
# DATA contains imdb/train.tsv.gz (film reviews as 'label TAB review', whose labels are not read), mr/all.tsv.gz
# (sentences of other reviews as 'label TAB sentence'; every tenth line is held out) and ewt-pos/train.tsv.gz and
# dev.tsv.gz (a word and its part of speech a line), as corpora/studies/fetch.sh lays them out. NAME selects models by
# the beginning of their names: classifier, tagger, sentiment; the last one needs OUT/language-model, the one that
# documents.sh leaves. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [NAME...]'
data=$(realpath "$1")
wanted=("${@:3}")
begin "$2"
threads=${THREADS:-1}
precision=${PRECISION:-f32}

# reviews MOST: the first so many sentences of the film reviews that are neither very short nor very long.
reviews() {
  zcat "$data/imdb/train.tsv.gz" | cut -f 2 | sed -E 's/<br \/>/\n/g; s/([.!?]) +/\1\n/g' |
    awk -v most="$1" 'NF > 3 && NF < 60 && ++n <= most'
}

# prepare_classifier: sentences without labels, and a thousand with labels for each seed.
prepare_classifier() {
  [[ ! -e $out/held-out.tsv ]] || return 0
  local seed
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 != 0' > "$out/labelled.tsv"
  {
    reviews 80000
    cut -f 2 "$out/labelled.tsv"
  } > "$out/sentences.txt"
  awk 'NR % 50 == 0' "$out/sentences.txt" > "$out/classifier.valid.txt"
  awk 'NR % 50 != 0' "$out/sentences.txt" > "$out/classifier.train.txt"
  for seed in 1 2 3 4 5; do
    shuf -n 1000 --random-source=<(yes $seed) "$out/labelled.tsv" > "$out/labels.$seed.tsv"
  done
  zcat "$data/mr/all.tsv.gz" | awk 'NR % 10 == 0' > "$out/held-out.new"
  mv "$out/held-out.new" "$out/held-out.tsv"  # last, because it says that all are there
}

# prepare_tagger: words without tags, reviews split as the tagged text is, and for each seed sentences with a thousand
# tagged words.
prepare_tagger() {
  [[ ! -e $out/tagged.5.tsv ]] || return 0
  local seed
  zcat "$data/ewt-pos/train.tsv.gz" > "$out/tagged.tsv"
  words "$data/ewt-pos/dev.tsv.gz" > "$out/tagger.valid.txt"
  {
    words "$data/ewt-pos/train.tsv.gz"
    reviews 60000 | sed -E "s/([.,!?;:()\"])/ \1 /g; s/(n't|'s|'re|'ve|'ll|'d|'m)\b/ \1/g; s/  +/ /g; s/^ | \$//g"
  } > "$out/tagger.train.txt"
  for seed in 1 2 3 4 5; do
    awk -v RS= '{ gsub(/\n/, "\x01"); print }' "$out/tagged.tsv" | shuf --random-source=<(yes $seed) |
      awk '{ count = gsub(/\x01/, "\n") + 1; if (n < 1000) print $0 "\n"; n += count }' > "$out/tagged.new"
    mv "$out/tagged.new" "$out/tagged.$seed.tsv"  # the last one says that all are there
  done
}

# language_model KIND NAME OPTION...
language_model() {
  local kind=$1 name=$1-$2
  shift 2
  "$alinea" train-language-model --train "$out/$kind.train.txt" --valid "$out/$kind.valid.txt" \
    --model "$out/$name" --embedding-size 128 --tie-embeddings --batch-size 2000 --batch-unit tokens \
    --schedule inverse-sqrt --warmup 300 --learning-rate 0.002 --threads "$threads" --precision "$precision" "$@" \
    >> "$out/$name.log" 2>&1
}

# row NAME START OPTION...: five models of the kind that NAME begins with, and their row of the table.
row() {
  local name=$1 kind=${1%%-*} start=$2 seed
  shift 2
  printf '| %s' "$name"
  for seed in 1 2 3 4 5; do
    [[ -e $out/$name.$seed.scores ]] || "$kind" "$name.$seed" "$seed" ${start:+--pretrained-model "$out/$start"} "$@"
    sed -nE 's/.*accuracy ([0-9.]+).*/\1/p' "$out/$name.$seed.scores" | awk 'NR == 1'
  done | awk '{ sum += $1; printf " | %.1f", 100 * $1 } END { printf " | %.1f |\n", 100 * sum / NR }'
}

flat_classifier() { # NAME SEED OPTION...
  local name=$1 seed=$2
  shift 2
  "$alinea" train-classifier --train "$out/labels.$seed.tsv" --model "$out/$name" --overwrite --seed "$seed" \
    --no-hierarchical --schedule plateau --batch-size 32 --word-dropout 0.1 --threads "$threads" "$@" \
    > "$out/$name.log" 2>&1
  "$alinea" classify --model "$out/$name" --input "$out/held-out.tsv" --labelled --threads "$threads" \
    > "$out/$name.answers" 2> "$out/$name.scores.new"
  mv "$out/$name.scores.new" "$out/$name.scores"
}

classifier() { flat_classifier "$@" --embedding-size 128 --epochs 30 --patience 6; }
sentiment() { flat_classifier "$@" --no-bidirectional --dropout 0.4 --epochs 8 --patience 0 --precision "$precision"; }

tagger() { # NAME SEED OPTION...
  local name=$1 seed=$2
  shift 2
  "$alinea" train-tagger --train "$out/tagged.$seed.tsv" --valid "$out/tagged.$seed.tsv" --tag-column 2 \
    --model "$out/$name" --overwrite --seed "$seed" --embedding-size 128 --epochs 30 --patience 0 --batch-size 8 \
    --threads "$threads" "$@" > "$out/$name.log" 2>&1
  "$alinea" tag --model "$out/$name" --input "$data/ewt-pos/dev.tsv.gz" --labelled --threads "$threads" \
    > "$out/$name.answers" 2> "$out/$name.scores.new"
  mv "$out/$name.scores.new" "$out/$name.scores"
}

# table KIND OPTION...: the language models, and what starts from them or from random parameters.
table() {
  local kind=$1
  shift
  is_wanted "$kind" || return 0
  "prepare_$kind"
  local transformer=(--layers 2 --heads 4 --feed-forward-size 512 --positions relative --norm pre --activation gelu)
  local recurrent=(--cell lstm --layers 1 --hidden-size 128)
  language_model "$kind" causal "${transformer[@]}" --architecture transformer --dropout 0.1 "$@"
  language_model "$kind" masked "${transformer[@]}" --architecture transformer --dropout 0.1 --objective masked "$@"
  language_model "$kind" bidirectional "${recurrent[@]}" --dropout 0.2 --objective bidirectional "$@"
  transformer+=(--encoder transformer --dropout 0.2)
  recurrent+=(--dropout 0.3)
  row "$kind-transformer-left-to-right" '' --no-bidirectional "${transformer[@]}"
  row "$kind-gpt" "$kind-causal" --no-bidirectional "${transformer[@]}"
  row "$kind-transformer" '' "${transformer[@]}"
  row "$kind-bert" "$kind-masked" "${transformer[@]}"
  row "$kind-lstm" '' "${recurrent[@]}"
  row "$kind-elmo" "$kind-bidirectional" "${recurrent[@]}"
}

# What a larger language model, which has read whole reviews, does for sentences of other reviews.
sentiment_table() {
  is_wanted sentiment && [[ -e $out/language-model ]] || return 0
  prepare_classifier
  row sentiment-lstm '' --cell lstm --hidden-size 400 --embedding-size 400
  row sentiment-pretrained language-model --learning-rate 0.0005
}

{
  echo '| | seed 1 | 2 | 3 | 4 | 5 | mean |'
  echo '|---|---|---|---|---|---|---|'
  table classifier --tokenizer icu --lowercase --vocabulary-size 12000 --epochs 2
  table tagger --tokenizer space --vocabulary-size 15000 --epochs 3 --exponential-smoothing 0.002
  sentiment_table
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
