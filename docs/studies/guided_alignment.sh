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
  zcat "$corpus/train.$language.gz" > "$out/train.$language"
done
zcat "$corpus/gold.links.gz" > "$out/gold.links"

# reverse < LINKS
reverse() { sed -E 's/([0-9]+)-([0-9]+)/\2-\1/g'; }

if [[ ! -e $out/train.links.en-fr ]]; then
  "$alinea" align-words --source "$out/train.en" --target "$out/train.fr" --output "$out/links.new"
  reverse < "$out/links.new" > "$out/train.links.fr-en"
  mv "$out/links.new" "$out/train.links.en-fr"
fi

# twos: each two lines of the input that follow each other as one, with a tab between; a last one alone is left out.
twos() { awk 'NR % 2 { first = $0; next } { print first "\t" $0 }'; }

# The pairs, and behind them each two as one, so that there are sentences as long as those aligned by hand.
if [[ ! -e $out/joined.links.en-fr ]]; then
  for text in en fr; do
    cat "$out/train.$text" <(twos < "$out/train.$text" | tr '\t' ' ') > "$out/joined.$text"
  done
  paste "$out/train.en" "$out/train.fr" "$out/train.links.en-fr" | twos | awk -F '\t' '{
    words = split($1, unused, " ")
    others = split($2, unused, " ")
    count = split($6, links, " ")
    line = $3
    for (i = 1; i <= count; ++i) {
      split(links[i], link, "-")
      line = line " " link[1] + words "-" link[2] + others
    }
    print line
  }' | cat "$out/train.links.en-fr" - > "$out/joined.new"
  reverse < "$out/joined.new" > "$out/joined.links.fr-en"
  mv "$out/joined.new" "$out/joined.links.en-fr"
fi

# guided NAME TEXTS SOURCE TARGET OPTION...: the second layer's first head, which sees the whole target sentence, learns
# the links; words without links learn to look at the end of the source. Resumes an unfinished training.
guided() {
  local name=$1-$3-$4 texts=$2 source=$3 target=$4
  shift 4
  "$alinea" train --source "$out/$texts.$source" --target "$out/$texts.$target" \
    --valid-source "$out/val.$source" --valid-target "$out/val.$target" --model "$out/$name" --threads 1 \
    --architecture transformer --positions relative --embedding-size 128 --heads 4 --feed-forward-size 512 \
    --encoder-layers 3 --decoder-layers 3 --tie-embeddings target-output --schedule inverse-sqrt \
    --exponential-smoothing 0.002 --epochs 0 --validate-every 500 --patience 0 --precision "${PRECISION:-f32}" \
    --guided-alignment "$out/$texts.links.$source-$target" --guided-alignment-unit token --guided-alignment-layer 1 \
    --guided-alignment-head 0 --full-context-alignment --guided-alignment-null "$@" >> "$out/$name.log" 2>&1
}

# direction SOURCE TARGET
direction() {
  guided pairs train "$1" "$2" --vocabulary-size 12000 --batch-size 128 --updates 3000 --guided-alignment-weight 2 \
    --learning-rate 0.002 --warmup 500
  guided longer joined "$1" "$2" --pretrained-model "$out/pairs-$1-$2" --batch-size 2500 --batch-unit tokens \
    --updates "${UPDATES:-4500}" --guided-alignment-weight 5 --learning-rate 0.0012 --warmup 100
}

# links NAME OPTION...: AER of the links that the models make.
links() {
  local name=$1
  shift
  "$alinea" align --source "$out/gold.en" --target "$out/gold.fr" --format pharaoh --threads 1 --layer 1 --head 0 \
    --model "$out/longer-en-fr" --output "$out/$name.links" "$@"
  echo "$name: $("$alinea" evaluate --alignments "$out/$name.links" --gold "$out/gold.links")"
}

in_background direction en fr
direction fr en
wait_for_background
links one-direction
both=(--reverse-model "$out/longer-fr-en")
for way in intersection grow-diag-final-and; do links $way "${both[@]}" --symmetrize $way; done
links mean "${both[@]}" --symmetrize mean --links threshold --threshold 0.5
