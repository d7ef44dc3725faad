#!/usr/bin/env bash
# Transformers whose attention learns the links of align-words, in both directions, on Hansards: the guided rows of
# attention.md.
#
#   docs/studies/guided_alignment.sh CORPUS OUT
#
# CORPUS contains train.en.gz, train.fr.gz, val.en.gz and val.fr.gz, and the hand-aligned sentences gold.en.gz,
# gold.fr.gz and gold.links.gz, as corpora/studies/fetch.sh lays out hansards. Trains both directions at the same time,
# with one thread each. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'CORPUS OUT'
corpus=$(realpath "$1")
begin "$2"

for language in en fr; do
  zcat "$corpus/val.$language.gz" > "$out/val.$language"
  zcat "$corpus/gold.$language.gz" > "$out/gold.$language"
done
zcat "$corpus/gold.links.gz" > "$out/gold.links"
if [[ ! -e $out/links.en-fr ]]; then
  "$alinea" align-words --source "$corpus/train.en.gz" --target "$corpus/train.fr.gz" \
    --output "$out/links.new"
  sed -E 's/([0-9]+)-([0-9]+)/\2-\1/g' "$out/links.new" > "$out/links.fr-en"
  mv "$out/links.new" "$out/links.en-fr"
fi

# train NAME SOURCE TARGET UPDATES OPTION...: resumes an unfinished training.
train() {
  local name=$1-$2-$3 source=$2 target=$3 updates=$4
  shift 4
  "$alinea" train --source "$corpus/train.$source.gz" --target "$corpus/train.$target.gz" \
    --valid-source "$out/val.$source" --valid-target "$out/val.$target" --model "$out/$name" --threads 1 \
    --architecture transformer --positions relative --embedding-size 128 --heads 4 --feed-forward-size 512 \
    --encoder-layers 3 --decoder-layers 3 --tie-embeddings target-output --batch-size 128 --schedule inverse-sqrt \
    --exponential-smoothing 0.002 --epochs 0 --updates "$updates" --validate-every 500 --patience 0 \
    --precision "${PRECISION:-f32}" "$@" >> "$out/$name.log" 2>&1
}

# guided FROM NAME SOURCE TARGET UPDATES WEIGHT RATE: the second layer's first head learns the links of the words that
# the decoder reads; words without links learn to look at the end of the source.
guided() {
  train "$2" "$3" "$4" "$5" --pretrained-model "$out/$1-$3-$4" --learning-rate "$7" --warmup 100 \
    --guided-alignment "$out/links.$3-$4" --guided-alignment-unit token --guided-alignment-layer 1 \
    --guided-alignment-head 0 --guided-alignment-shift --guided-alignment-null --guided-alignment-weight "$6"
}

# direction SOURCE TARGET
direction() {
  train plain "$1" "$2" 1760 --vocabulary-size 12000 --label-smoothing 0.1 --learning-rate 0.002 --warmup 500
  guided plain guided "$1" "$2" 2000 1 0.0015
  guided guided stronger "$1" "$2" "${UPDATES:-500}" 5 0.001
}

# links NAME OPTION...: AER of the links that the models make.
links() {
  local name=$1
  shift
  "$alinea" align --source "$out/gold.en" --target "$out/gold.fr" --format pharaoh --threads 1 --shift-attention \
    --layer 1 --head 0 --model "$out/stronger-en-fr" --output "$out/$name.links" "$@"
  echo "$name: $("$alinea" evaluate --alignments "$out/$name.links" --gold "$out/gold.links")"
}

direction en fr &
direction fr en
wait $!
links one-direction
both=(--reverse-model "$out/stronger-fr-en")
for way in intersection grow-diag-final-and; do links $way "${both[@]}" --symmetrize $way; done
links mean "${both[@]}" --symmetrize mean --links threshold --threshold 0.5
