#!/usr/bin/env bash
# Transformers whose attention learns links, in both directions, on Hansards: the guided rows of attention.md.
#
#   docs/studies/guided_alignment.sh CORPUS OUT [TEACHER]
#
# CORPUS contains train.en.gz, train.fr.gz, val.en.gz and val.fr.gz, and the hand-aligned sentences gold.en.gz,
# gold.fr.gz and gold.links.gz, as corpora/studies/fetch.sh lays out hansards. The links are those of TEACHER:
# align-words, the statistical aligner, by default; or attention, that of two recurrent translation models. Trains both
# directions at the same time, with one thread each. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2 || $# == 3)) || usage 'CORPUS OUT [TEACHER]'
corpus=$(realpath "$1")
teacher=${3:-align-words}
[[ $teacher == align-words || $teacher == attention ]] || usage 'CORPUS OUT [align-words|attention]'
begin "$2"

for language in en fr; do
  zcat "$corpus/val.$language.gz" > "$out/val.$language"
  zcat "$corpus/gold.$language.gz" > "$out/gold.$language"
  zcat "$corpus/train.$language.gz" > "$out/train.$language"
done
zcat "$corpus/gold.links.gz" > "$out/gold.links"

# reverse < LINKS
reverse() { sed -E 's/([0-9]+)-([0-9]+)/\2-\1/g'; }

# learn NAME TEXTS SOURCE TARGET OPTION...: a model of the pairs. Resumes an unfinished training.
learn() {
  local name=$1-$3-$4 texts=$2 source=$3 target=$4
  shift 4
  "$alinea" train --source "$out/$texts.$source" --target "$out/$texts.$target" \
    --valid-source "$out/val.$source" --valid-target "$out/val.$target" --model "$out/$name" --threads 1 \
    --schedule inverse-sqrt --epochs 0 --validate-every 500 --patience 0 --precision "${PRECISION:-f32}" "$@" \
    >> "$out/$name.log" 2>&1
}

# guided NAME TEXTS LINKS SOURCE TARGET OPTION...: the second layer's first head, which sees the whole target sentence,
# learns the links of the texts.
guided() {
  local name=$1 texts=$2 links=$3 source=$4 target=$5
  shift 5
  learn "$name" "$texts" "$source" "$target" --architecture transformer --positions relative --embedding-size 128 \
    --heads 4 --feed-forward-size 512 --encoder-layers 3 --decoder-layers 3 --tie-embeddings target-output \
    --exponential-smoothing 0.002 --guided-alignment "$out/$links.links.$source-$target" \
    --guided-alignment-unit token --guided-alignment-layer 1 --guided-alignment-head 0 --full-context-alignment "$@"
}
pairs=(--vocabulary-size 12000 --batch-size 128 --guided-alignment-weight 2 --learning-rate 0.002 --warmup 500)

# recurrent SOURCE TARGET: general attention in a window around the diagonal, as in attention.sh.
recurrent() {
  learn recurrent train "$1" "$2" --vocabulary-size 8000 --cell lstm --embedding-size 128 --hidden-size 256 \
    --wiring luong --attention general --attention-mode local-m --attention-window 5 --dropout 0.2 --batch-size 64 \
    --learning-rate 0.0015 --warmup 500 --updates 4000
}

# both_directions COMMAND...: with the languages behind it, at the same time.
both_directions() {
  in_background "$@" en fr
  "$@" fr en
  wait_for_background
}

# align NAME PART OPTION...: the links that two models make of the part, in Pharaoh's form.
align() {
  local name=$1 part=$2
  shift 2
  "$alinea" align --source "$out/$part.en" --target "$out/$part.fr" --format pharaoh --threads 1 \
    --model "$out/$name-en-fr" --reverse-model "$out/$name-fr-en" "$@"
}
guided_head=(--layer 1 --head 0)
mean=(--symmetrize mean --links threshold --threshold 0.5)

# links NAME COMMAND...: those that the command writes to --output, in both directions.
links() {
  local name=$1
  shift
  [[ ! -e $out/$name.links.en-fr ]] || return 0
  "$@" --output "$out/$name.links.new"
  reverse < "$out/$name.links.new" > "$out/$name.links.fr-en"
  mv "$out/$name.links.new" "$out/$name.links.en-fr"
}

# Links on which both recurrent models agree are mostly right, and few. The first Transformers learn them and say
# nothing of the words without links, and theirs are the ones that the next ones learn.
first() { guided first train agreed "$1" "$2" "${pairs[@]}" --updates 1500; }
if [[ $teacher == attention ]]; then
  both_directions recurrent
  links agreed align recurrent train --symmetrize intersection
  both_directions first
  links train align first train "${guided_head[@]}" "${mean[@]}"
else
  links train "$alinea" align-words --source "$out/train.en" --target "$out/train.fr"
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

# direction SOURCE TARGET: words without links learn to look at the end of the source.
direction() {
  local start=first
  if [[ $teacher == align-words ]]; then
    start=pairs
    guided pairs train train "$1" "$2" "${pairs[@]}" --guided-alignment-null --updates 3000
  fi
  guided longer joined joined "$1" "$2" --pretrained-model "$out/$start-$1-$2" --batch-size 2500 \
    --batch-unit tokens --guided-alignment-null --updates "${UPDATES:-4500}" --guided-alignment-weight 5 \
    --learning-rate 0.0012 --warmup 100
}
both_directions direction

# error_rate NAME COMMAND...: AER of the links that the command writes to --output.
error_rate() {
  local name=$1
  shift
  "$@" --output "$out/$name.links"
  echo "$name: $("$alinea" evaluate --alignments "$out/$name.links" --gold "$out/gold.links")"
}
if [[ $teacher == attention ]]; then
  error_rate recurrent align recurrent gold --symmetrize intersection
  error_rate first align first gold "${guided_head[@]}" "${mean[@]}"
fi
error_rate one-direction "$alinea" align --source "$out/gold.en" --target "$out/gold.fr" --format pharaoh --threads 1 \
  --model "$out/longer-en-fr" "${guided_head[@]}"
for way in intersection grow-diag-final-and; do
  error_rate $way align longer gold "${guided_head[@]}" --symmetrize $way
done
error_rate mean align longer gold "${guided_head[@]}" "${mean[@]}"
