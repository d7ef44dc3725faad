#!/usr/bin/env bash
# The study in attention.md: twelve kinds of attention, and none, trained in the same way on Hansards; then
# one of them trained longer, in both directions.
#
#   docs/studies/attention.sh CORPUS OUT
#
# CORPUS contains train.en.gz, train.fr.gz, val.en.gz and val.fr.gz, and the hand-aligned sentences
# gold.en.gz, gold.fr.gz and gold.links.gz, as corpora/studies/fetch.sh lays out hansards. Each model is a separate run in OUT: called again, the
# script continues with what is missing. JOBS=2 trains two at a time, with one thread each.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'CORPUS OUT'
corpus=$(realpath "$1")
begin "$2"
export OMP_WAIT_POLICY=passive

# prepare: the first thousand validation pairs choose the model, the others test it.
prepare() {
  local language
  for language in en fr; do
    zcat "$corpus/val.$language.gz" > "$out/val.$language"
    head -n 1000 "$out/val.$language" > "$out/valid.$language"
    tail -n +1001 "$out/val.$language" > "$out/test.$language"
    zcat "$corpus/gold.$language.gz" > "$out/gold.$language"
  done
  zcat "$corpus/gold.links.gz" > "$out/gold.links"
}

# train NAME SOURCE TARGET TEXTS VOCABULARY UPDATES OPTION...
train() {
  local name=$1 source=$2 target=$3 texts=$4 vocabulary=$5 updates=$6
  shift 6
  local window=()
  [[ " $* " != *" --attention-mode local-"* ]] || window=(--attention-window 5)
  "$alinea" train --source "$texts.$source.gz" --target "$texts.$target.gz" \
    --valid-source "$out/valid.$source" --valid-target "$out/valid.$target" \
    --model "$out/$name" --overwrite --threads 1 --seed 1 \
    --vocabulary-size "$vocabulary" --cell lstm --embedding-size 128 --hidden-size 256 --wiring luong \
    "${window[@]}" --dropout 0.2 --batch-size 64 --learning-rate 0.0015 \
    --schedule inverse-sqrt --warmup 500 --updates "$updates" --epochs 0 --validate-every 500 \
    --patience 0 --log-every 500 "$@" > "$out/$name.log" 2>&1
}

# links NAME SOURCE TARGET OPTION...: the strongest source word of every target word.
links() {
  local name=$1 source=$2 target=$3
  shift 3
  "$alinea" align --model "$out/$name" --source "$out/gold.$source" --target "$out/gold.$target" \
    --format pharaoh --threads 1 "$@"
}

# variant ATTENTION MODE: a model, its translations of the test sentences and its links.
variant() {
  local attention=$1 mode=$2
  local name=$attention-$mode
  if [[ ! -e $out/$name.done ]]; then
    train "$name" en fr "$corpus/train" 8000 "$updates" \
      --attention "$attention" --attention-mode "$mode"
    "$alinea" translate --model "$out/$name" --beam-size 5 --threads 1 \
      < "$out/test.en" > "$out/$name.fr"
    [[ $attention == none ]] || links "$name" en fr --output "$out/$name.links"
    touch "$out/$name.done"
    echo "$name is done" >&2
  fi
}

# reverse ATTENTION MODE: the same from French to English, and the links of both together.
reverse() {
  local name=$1-$2
  if [[ ! -e $out/$name.both.links ]]; then
    train "$name-reverse" fr en "$corpus/train" 8000 "$updates" \
      --attention "$1" --attention-mode "$2"
    links "$name" en fr --reverse-model "$out/$name-reverse" --symmetrize grow-diag-final-and \
      --output "$out/$name.both.links"
  fi
}

# join_pairs LANGUAGE: the corpus, then its two halves line by line, so that there are sentences as
# long as those aligned by hand.
join_pairs() {
  local half=$(($(zcat "$corpus/train.$1.gz" | wc -l) / 2))
  {
    zcat "$corpus/train.$1.gz"
    paste -d ' ' <(zcat "$corpus/train.$1.gz" | head -n $half) \
      <(zcat "$corpus/train.$1.gz" | tail -n $half)
  } | gzip -1 > "$out/joined.$1.gz"
}

# longer SOURCE TARGET: general, global, with a larger vocabulary.
longer() {
  local name=longer-$1-$2
  if [[ ! -e $out/$name.done ]]; then
    train "$name" "$1" "$2" "$out/joined" 12000 "$longer_updates" --attention general
    "$alinea" translate --model "$out/$name" --beam-size 5 --threads 1 \
      < "$out/test.$1" > "$out/$name.$2"
    touch "$out/$name.done"
    echo "$name is done" >&2
  fi
}

# longer_links: of the first direction, and of both together in each of the three ways; then of all
# weights from 0.2 on instead of each word's largest.
longer_links() {
  local way both=(--reverse-model "$out/longer-fr-en")
  links longer-en-fr en fr --output "$out/longer-en-fr.links"
  for way in intersection union grow-diag-final-and; do
    links longer-en-fr en fr "${both[@]}" --symmetrize $way --output "$out/longer-$way.links"
  done
  links longer-en-fr en fr "${both[@]}" --links threshold --threshold 0.2 \
    --output "$out/longer-threshold.links"
}

bleu() { # HYPOTHESES REFERENCES
  "$alinea" evaluate --hypotheses "$1" --references "$2" --tokenize none | awk '/^BLEU/ { print $3 }'
}

error_rate() { # LINKS: AER | precision | recall
  "$alinea" evaluate --alignments "$1" --gold "$out/gold.links" |
    sed -E 's/AER = ([0-9.]+) \(precision = ([0-9.]+) recall = ([0-9.]+) .*/\1 | \2 | \3/'
}

validations() { # NAME: update and perplexity of each
  tr -d '\r' < "$out/$1/training.csv" | awk -F, 'NR > 1 && $11 != "" { print $1, $11 }'
}

best_perplexity() { # NAME
  validations "$1" | awk 'NR == 1 || $2 < best { best = $2 } END { printf "%.2f", best }'
}

# bleu_by_length NAME: a BLEU for each range of source lengths.
bleu_by_length() {
  local range from to
  for range in "${ranges[@]}"; do
    read -r from to <<< "$range"
    paste -d '\t' "$out/test.en" "$out/$1.fr" "$out/test.fr" |
      awk -F '\t' -v from="$from" -v to="$to" -v base="$out/$1.range" \
        '{ n = split($1, words, " ") } n >= from && n <= to { print $2 > base ".fr"; print $3 > base ".ref" }'
    printf '%s ' "$(bleu "$out/$1.range.fr" "$out/$1.range.ref")"
  done
}

report() {
  local attention mode name range
  echo "| attention | mode | perplexity | BLEU | AER | precision | recall |"
  echo "|---|---|---|---|---|---|---|"
  for name in $(variants); do
    attention=${name%%-*} mode=${name#*-}
    printf '| %s | %s | %s | %s | %s |\n' "$attention" "$mode" "$(best_perplexity "$name")" \
      "$(bleu "$out/$name.fr" "$out/test.fr")" \
      "$(if [[ $attention == none ]]; then echo ' | | '; else error_rate "$out/$name.links"; fi)"
  done
  for name in "$out"/*.both.links; do
    [[ -e $name ]] && echo "| $(basename "$name" .both.links) | both directions | | | $(error_rate "$name") |"
  done
  echo "| general | longer | $(best_perplexity longer-en-fr) |" \
    "$(bleu "$out/longer-en-fr.fr" "$out/test.fr") | $(error_rate "$out/longer-en-fr.links") |"
  for name in intersection union grow-diag-final-and threshold; do
    echo "| general, both directions | longer, $name | | | $(error_rate "$out/longer-$name.links") |"
  done
  echo
  echo "BLEU by source length (${ranges[*]/ /-}):"
  for name in $(variants); do echo "$name $(bleu_by_length "$name")"; done
}

# A score has a colour, of those in src/reports/colours.cpp, and a mode a kind of line.
declare -A colours=([none]='#555b63' [additive]='#1b66b1' [dot]='#b84300' [general]='#1d7a3a' [concat]='#8c3fa8')
declare -A dashes=([global]=1 [local-m]=2 [local-p]=3)

# curves: validation perplexity by update, drawn where gnuplot is.
curves() {
  local name plots=()
  for name in $(variants); do
    validations "$name" > "$out/$name.curve"
    plots+=("'$out/$name.curve' with linespoints lc rgb '${colours[${name%%-*}]}' dt ${dashes[${name#*-}]} title '$name'")
  done
  command -v gnuplot > /dev/null || return 0
  gnuplot <<TEXT
set terminal svg size 800,500 font "sans-serif,12" background "white"
set output "$out/perplexity.svg"
set logscale y
set yrange [10:120]
set xlabel "update"
set ylabel "validation perplexity"
set key outside right
set grid
plot $(IFS=,; echo "${plots[*]}")
TEXT
}

variants() {
  local mode attention
  echo none-global
  for mode in global local-m local-p; do
    for attention in additive dot general concat; do echo "$attention-$mode"; done
  done
}

updates=${UPDATES:-4000}
longer_updates=${LONGER_UPDATES:-16000}
ranges=("5 8" "9 11" "12 14" "15 18")
prepare
join_pairs en
join_pairs fr
export -f train links variant longer
export corpus out alinea updates longer_updates
# shellcheck disable=SC2016  # the variables are those of the inner shell
variants | xargs -P "${JOBS:-2}" -I NAME bash -euc 'n=NAME; variant "${n%%-*}" "${n#*-}"'
reverse general local-m
# shellcheck disable=SC2016
printf '%s\n' "en fr" "fr en" | xargs -P "${JOBS:-2}" -L 1 bash -euc 'longer "$1" "$2"' longer
longer_links
report | tee "$out/report.md"
curves
