#!/usr/bin/env bash
# The study in language_models.md: a causal Transformer on the characters of Shakespeare, and an LSTM on the words of
# children's books.
#
#   docs/studies/language_models.sh SHAKESPEARE OUT [BOOKS]
#
# SHAKESPEARE and BOOKS are folders with train.txt.gz and valid.txt.gz, as corpora/studies/fetch.sh lays out
# tinyshakespeare and books. Called again, the script continues with what is missing. The processor time needs Debian's
# package `time`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2 || $# == 3)) || usage 'SHAKESPEARE OUT [BOOKS]'
shakespeare=$(realpath "$1")
books=${3:+$(realpath "$3")}
begin "$2"
threads=${THREADS:-1}

# model NAME TEXTS OPTION...
model() {
  local name=$1 texts=$2
  shift 2
  command time -f '%U processor seconds' -a -o "$out/$name.time" "$alinea" train-language-model \
    --train "$texts/train.txt.gz" --valid "$texts/valid.txt.gz" --model "$out/$name" --stream \
    --threads "$threads" --precision "${PRECISION:-f32}" "$@"
}

model shakespeare "$shakespeare" --tokenizer char --bptt 128 --architecture transformer --layers 4 \
  --embedding-size 128 --heads 4 --feed-forward-size 512 --dropout 0.05 --embedding-dropout 0.05 \
  --batch-size 8 --schedule inverse-sqrt --learning-rate 4e-3 --warmup 1000 --exponential-smoothing 0.002 --epochs 0 \
  --updates "${UPDATES:-30000}" --validate-every 2000 --patience 0
[[ -z $books ]] || model books "$books" --min-frequency 5 --bptt 35 --cell lstm --embedding-size 200 --hidden-size 200 \
  --tie-embeddings --dropout 0.2 --batch-size 32 --epochs "${EPOCHS:-5}" --learning-rate 2e-3 \
  --schedule plateau

printf 'What\nI\nThe queen\n' | "$alinea" generate --model "$out/shakespeare" --sampling --temperature 0.8 \
  --max-length 60
