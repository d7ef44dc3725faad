#!/usr/bin/env bash
# The study in entailment.md: how the texts of a pair are read, and who attends to whom.
#
#   docs/studies/entailment.sh DATA OUT
#
# DATA contains sick/train.tsv.gz and sick/valid.tsv.gz (label, premise, hypothesis, relatedness; the held-out pairs are
# those of valid.tsv.gz) and multi30k/train.tok.en.gz and val.tok.en.gz, captions of pictures on which a language model is
# trained; the former as corpora/studies/fetch.sh lays out sick, the latter, gzipped or not, as corpora/multi30k/fetch.sh
# does. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'DATA OUT'
data=$(realpath "$1")
begin "$2"
threads=${THREADS:-1}
seeds=${SEEDS:-5}

prepare() {
  [[ ! -e $out/valid.en ]] || return 0
  zcat "$data/sick/train.tsv.gz" > "$out/train.tsv"
  zcat "$data/sick/valid.tsv.gz" > "$out/held-out.tsv"
  {
    zcat -f "$data"/multi30k/train.tok.en*
    cut -f 2 "$out/train.tsv" | tr '[:upper:]' '[:lower:]'
    cut -f 3 "$out/train.tsv" | tr '[:upper:]' '[:lower:]'
  } > "$out/train.en"
  zcat -f "$data"/multi30k/val.tok.en* > "$out/valid.new"
  mv "$out/valid.new" "$out/valid.en"  # last, because it says that all are there
}

language_model() {
  "$alinea" train-language-model --train "$out/train.en" --valid "$out/valid.en" --model "$out/captions" \
    --cell lstm --embedding-size 200 --hidden-size 200 --min-frequency 2 --dropout 0.3 --epochs 5 \
    --threads "$threads" > "$out/captions.log" 2>&1
}

# variant NAME OPTION...: a tenth of the training pairs selects the epoch.
epochs=8
rate=(--schedule plateau --patience 2)
variant() {
  local name=$1 seed
  shift
  for ((seed = 1; seed <= seeds; ++seed)); do
    [[ ! -e $out/$name.$seed.scores ]] || continue
    "$alinea" train-classifier --pairs --ignore-extra-columns --train "$out/train.tsv" --valid-share 0.1 \
      --model "$out/$name" --overwrite --seed "$seed" --epochs "$epochs" --batch-size 32 \
      --dropout 0.3 "${rate[@]}" --threads "$threads" "$@" > "$out/$name.log" 2>&1
    "$alinea" classify --model "$out/$name" --input "$out/held-out.tsv" --labelled --ignore-extra-columns \
      --threads "$threads" 2> "$out/$name.scores.new" > "$out/$name.answers"
    mv "$out/$name.scores.new" "$out/$name.$seed.scores"
  done
}

report() {
  local name
  echo "| | accuracy, mean | lowest | highest |"
  echo "|---|---|---|---|"
  for name in "$out"/*.1.scores; do
    name=${name%.1.scores}
    sed -nE 's/.*accuracy ([0-9.]+) .*/\1/p' "$name".*.scores | sort -n |
      awk -v name="$(basename "$name")" '{ sum += $1; if (NR == 1) low = $1; high = $1 }
        END { printf "| %s | %.1f | %.1f | %.1f |\n", name, 100 * sum / NR, 100 * low, 100 * high }'
  done
}

prepare
language_model
small=(--embedding-size 200 --hidden-size 200)
captions=(--pretrained-model "$out/captions" "${small[@]}")
for attention in none last word-by-word two-way; do
  variant "random.$attention" "${small[@]}" --pair-attention "$attention"
  variant "captions.$attention" "${captions[@]}" --pair-attention "$attention"
done
epochs=12
rate=()
separate=(--pair-encoding separate --embedding-size 100)
variant bag.none --encoder bag "${separate[@]}" --pair-attention none
variant bag.compare --encoder bag "${separate[@]}" --pair-attention compare
report | tee "$out/report.md"
