#!/usr/bin/env bash
# The study in documents.md: attention, average and maximum, hierarchical and flat, other encoders, and a language model
# to start from, on film reviews.
#
#   docs/studies/documents.sh REVIEWS OUT
#
# REVIEWS contains 'label TAB document' lines, gzipped or not, as corpora/studies/fetch.sh lays out imdb. A tenth, selected with a fixed seed, is held
# out for the evaluation; a twentieth of the rest selects the epoch. Called again, the script continues
# with what is missing. The peak memory needs Debian's package `time`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'REVIEWS OUT'
reviews=$(realpath "$1")
begin "$2"
threads=${THREADS:-2}

# split: the order is random, and the same everywhere.
split() {
  if [[ ! -e $out/train.tsv ]]; then
    zcat -f "$reviews" | LC_ALL=C sort -R --random-source=<(yes) > "$out/shuffled.tsv"
    local tenth=$(($(wc -l < "$out/shuffled.tsv") / 10))
    head -n "$tenth" "$out/shuffled.tsv" > "$out/held-out.tsv"
    tail -n +$((tenth + 1)) "$out/shuffled.tsv" > "$out/train.tsv.new"
    mv "$out/train.tsv.new" "$out/train.tsv"
  fi
}

# variant NAME OPTION...
variant() {
  local name=$1
  shift
  if [[ ! -e $out/$name.scores ]]; then
    command time -f '%e %M' -o "$out/$name.time" "$alinea" train-classifier \
      --train "$out/train.tsv" --valid-share 0.05 --model "$out/$name" --overwrite \
      --tags-as-breaks --schedule plateau --patience 2 \
      --threads "$threads" --precision "${PRECISION:-f32}" "$@" > "$out/$name.log" 2>&1
    "$alinea" classify --model "$out/$name" --input "$out/held-out.tsv" --labelled \
      --threads "$threads" > "$out/$name.answers" 2> "$out/$name.scores.new"
    mv "$out/$name.scores.new" "$out/$name.scores"
  fi
}

# from_scratch NAME OPTION...
from_scratch() { variant "$@" --min-frequency 5 --epochs 6; }

# report NAME...: accuracy on the held-out tenth, the mean speed, the whole time and the memory.
report() {
  local name
  echo "| | accuracy | documents/s | minutes | peak memory |"
  echo "|---|---|---|---|---|"
  for name; do
    printf '| %s | %s | %s | %s |\n' "$name" \
      "$(sed -nE 's/.*accuracy ([0-9.]+) .*/\1/p' "$out/$name.scores")" \
      "$(awk -F, 'NR > 1 && $6 != "" { sum += $6; n += 1 } END { printf "%.0f", sum / n }' \
        "$out/$name/training.csv")" \
      "$(tail -n 1 "$out/$name.time" | awk '{ printf "%.0f | %.0f MB", $1 / 60, $2 / 1000 }')"
  done
}

split
gru=(--dropout 0.5 --word-dropout 0.2)
from_scratch HN-ATT "${gru[@]}"
from_scratch HN-AVE "${gru[@]}" --pooling average
from_scratch HN-MAX "${gru[@]}" --pooling max
from_scratch flat "${gru[@]}" --no-hierarchical

# Encoders: a simple RNN whose last state is all that is read of a sentence, and Transformers of one layer.
rnn=(--cell rnn --pooling last --hidden-size 100 --embedding-size 100 --dropout 0.5 --word-dropout 0.1)
from_scratch rnn "${rnn[@]}"
from_scratch rnn-intra-attention "${rnn[@]}" --intra-attention
transformer=(--encoder transformer --embedding-size 128 --feed-forward-size 256 --norm pre --dropout 0.3
  --word-dropout 0.2 --embedding-dropout 0.3 --attention-dropout 0.1 --activation-dropout 0.1 --learning-rate 0.0007)
from_scratch transformer "${transformer[@]}"
from_scratch transformer-flat "${transformer[@]}" --no-hierarchical

# A language model of the reviews to train on, which it reads as a stream, and a classifier that starts from it.
language_model() {
  if [[ ! -e $out/reviews.train.txt ]]; then
    cut -f 2 "$out/train.tsv" | sed -E 's/<br ?\/?>/ /g; s/  +/ /g' > "$out/reviews.txt"
    awk 'NR % 100 == 0' "$out/reviews.txt" > "$out/reviews.valid.txt"
    awk 'NR % 100 != 0' "$out/reviews.txt" > "$out/reviews.new"
    mv "$out/reviews.new" "$out/reviews.train.txt"
  fi
  "$alinea" train-language-model --train "$out/reviews.train.txt" --valid "$out/reviews.valid.txt" \
    --model "$out/language-model" --tokenizer icu --lowercase --vocabulary-size 12000 --stream --bptt 64 --cell lstm \
    --embedding-size 400 --hidden-size 400 --tie-embeddings --dropout 0.25 --batch-size 32 --schedule inverse-sqrt \
    --learning-rate 0.003 --warmup 500 --exponential-smoothing 0.001 --epochs 3 --patience 0 --threads "$threads" \
    --precision "${PRECISION:-f32}" >> "$out/language-model.log" 2>&1
}
language_model
pretrained=(--pretrained-model "$out/language-model" --no-bidirectional --max-sentences 40 --dropout 0.4
  --word-dropout 0.1 --batch-size 32 --learning-rate 0.0007 --epochs 2)
variant pretrained "${pretrained[@]}"
variant pretrained-flat "${pretrained[@]}" --no-hierarchical

report HN-ATT HN-AVE HN-MAX flat rnn rnn-intra-attention transformer transformer-flat pretrained \
  pretrained-flat | tee "$out/report.md"
