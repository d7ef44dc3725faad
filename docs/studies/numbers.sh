#!/usr/bin/env bash
# The study in numbers.md: the quick start's model, trained with several seeds and numbers of threads.
#
#   docs/studies/numbers.sh OUT
#
# Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1)) || usage 'OUT'
begin "$1"
corpus=corpora/numbers
export OMP_WAIT_POLICY=passive

# evaluate MODEL THREADS: prints its alignment error rate and its BLEU on the test set.
evaluate() {
  "$alinea" align --model "$1" --threads "$2" --source $corpus/test.de --target $corpus/test.en \
    --format pharaoh --output "$1.links"
  "$alinea" translate --model "$1" --threads "$2" --beam-size 5 < $corpus/test.de > "$1.en"
  "$alinea" evaluate --alignments "$1.links" --gold $corpus/test.gold | sed -E 's/AER = ([0-9.]+).*/\1/'
  "$alinea" evaluate --hypotheses "$1.en" --references $corpus/test.en --tokenize none |
    sed -nE 's/^BLEU = ([0-9.]+).*/\1/p'
}

echo '| seed | threads | AER | BLEU |'
echo '|---|---|---|---|'
for seed in 1 2 3 4 5; do
  for threads in 1 2; do
    model=$out/$seed-$threads
    # The options of train_numbers in run.sh.
    "$alinea" train --source $corpus/train.de --target $corpus/train.en \
      --valid-source $corpus/valid.de --valid-target $corpus/valid.en --model "$model" \
      --cell gru --attention additive --embedding-size 64 --hidden-size 128 --dropout 0.2 --epochs 8 \
      --seed "$seed" --threads "$threads" 2> "$model.log"
    mapfile -t measures < <(evaluate "$model" "$threads")
    echo "| $seed | $threads | ${measures[0]} | ${measures[1]} |"
  done
done
