#!/usr/bin/env bash
# The study in reading.md: who was meant, asked about passages of children's books, by two readers.
#
#   docs/studies/reading.sh CORPUS OUT [NAME...]
#
# CORPUS contains train.txt, valid.txt and their questions PART.names.tsv and PART.nouns.tsv, as corpora/cloze/make.sh
# makes them. Trains the readers whose names begin with one of NAME, or all, on THREADS (1), in PRECISION (f32), for
# EPOCHS (2; without pretraining 4), with the random numbers of SEEDS (1). Called again, the script continues with what
# is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'CORPUS OUT [NAME...]'
corpus=$(realpath "$1")
wanted=("${@:3}")
begin "$2"
threads=${THREADS:-1}

# reader NAME QUESTIONS OPTION...: a reader for each seed, and their rows of the table.
reader() {
  local name=$1 questions=$2 seed model
  shift 2
  is_wanted "$name" || return 0
  for seed in ${SEEDS:-1}; do
    model=$out/$name.$seed
    if [[ ! -e $model.scores ]]; then
      "$alinea" train-reader --train "$corpus/train.$questions.tsv" --book "$corpus/train.txt" \
        --valid "$corpus/valid.$questions.tsv" --valid-book "$corpus/valid.txt" --model "$model" --seed "$seed" \
        --embedding-size 128 --hidden-size 128 --dropout 0.4 --batch-size 32 --exponential-smoothing 0.001 \
        --patience 0 --threads "$threads" --precision "${PRECISION:-f32}" "$@" > "$model.log" 2>&1
      "$alinea" answer --model "$model" --input "$corpus/valid.$questions.tsv" --book "$corpus/valid.txt" --labelled \
        --threads "$threads" > "$model.answers" 2> "$model.scores.new"
      mv "$model.scores.new" "$model.scores"
    fi
    echo "| $name | $seed | $(sed -nE 's/.*accuracy ([0-9.]+).*/\1/p' "$model.scores") |"
  done
}

# A language model in both directions of the books to train on, whose words, embeddings and layer readers start from.
language_model() {
  "$alinea" train-language-model --train "$corpus/train.txt" --valid "$corpus/valid.txt" --model "$out/language-model" \
    --min-frequency 2 --objective bidirectional --embedding-size 128 --hidden-size 128 --dropout 0.2 \
    --batch-size 2500 --batch-unit tokens --schedule inverse-sqrt --learning-rate 0.003 --warmup 300 --epochs 3 \
    --patience 0 --threads "$threads" --precision "${PRECISION:-f32}" >> "$out/language-model.log" 2>&1
}

# reranked NAME: the answers of pretrained-NAME, the three best of which a causal language model of the books orders anew.
reranked() {
  local name=$1 seed
  is_wanted "reranked-$name" || return 0
  "$alinea" train-language-model --train "$corpus/train.txt" --valid "$corpus/valid.txt" --model "$out/causal" \
    --min-frequency 2 --embedding-size 128 --hidden-size 256 --cell lstm --dropout 0.2 --batch-size 2500 \
    --batch-unit tokens --schedule inverse-sqrt --learning-rate 0.003 --warmup 300 --epochs 2 --patience 0 \
    --threads "$threads" --precision "${PRECISION:-f32}" >> "$out/causal.log" 2>&1
  for seed in ${SEEDS:-1}; do
    [[ -e $out/pretrained-$name.$seed.scores ]] || continue
    "$alinea" answer --model "$out/pretrained-$name.$seed" --input "$corpus/valid.${name%%-*}.tsv" \
      --book "$corpus/valid.txt" --labelled --threads "$threads" --choices 3 --rerank-model "$out/causal" \
      --rerank-weights 1,0.05 > "$out/reranked-$name.$seed.answers" 2> "$out/reranked-$name.$seed.scores"
    echo "| reranked-$name | $seed | $(sed -nE 's/.*accuracy ([0-9.]+).*/\1/p' "$out/reranked-$name.$seed.scores") |"
  done
}

language_model
{
  echo '| | seed | right |'
  echo '|---|---|---|'
  for kind in names nouns; do
    # Names of other books are new; nouns are the same everywhere.
    markers=(--entity-markers "$([[ $kind == names ]] && echo 10 || echo 0)")
    for name in attention-over-attention sum; do
      reader "$kind-$name" "$kind" --reader "$name" "${markers[@]}" --min-frequency 2 --epochs "${EPOCHS:-4}"
      reader "pretrained-$kind-$name" "$kind" --reader "$name" "${markers[@]}" \
        --pretrained-model "$out/language-model" --epochs "${EPOCHS:-2}"
      reranked "$kind-$name"
    done
  done
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
