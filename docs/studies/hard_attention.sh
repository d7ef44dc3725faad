#!/usr/bin/env bash
# The study in hard_attention.md: soft and hard attention, trained in the same way on Multi30k, German to English.
#
#   docs/studies/hard_attention.sh CORPUS OUT
#
# CORPUS contains train.tok.de and .en, val.tok and test_2016_flickr.tok, plain or .gz, as
# corpora/multi30k/fetch.sh fetches them. Each model is a separate run in OUT: called again, the script
# continues with what is missing. Everything runs on one thread.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 2)) || usage 'CORPUS OUT'
corpus=$(realpath "$1")
begin "$2"

# text NAME: the corpus file, plain, in OUT.
text() {
  [[ ! -e $out/$1 ]] || return 0
  if [[ -e $corpus/$1 ]]; then cp "$corpus/$1" "$out/text.new"; else zcat "$corpus/$1.gz" > "$out/text.new"; fi
  mv "$out/text.new" "$out/$1"
}
for language in de en; do
  for split in train val test_2016_flickr; do text "$split.tok.$language"; done
done

# train NAME EPOCHS RATE OPTION...
train() {
  local name=$1 epochs=$2 rate=$3
  shift 3
  [[ -e $out/$name.done ]] && return
  "$alinea" train --source "$out/train.tok.de" --target "$out/train.tok.en" \
    --valid-source "$out/val.tok.de" --valid-target "$out/val.tok.en" --model "$out/$name" \
    --threads 1 --precision bf16 --attention additive --embedding-size 128 --hidden-size 256 \
    --dropout 0.2 --batch-size 64 --learning-rate "$rate" --schedule inverse-sqrt --warmup 500 \
    --epochs "$epochs" --patience 0 --log-every 100 "$@" >> "$out/$name.log" 2>&1
  touch "$out/$name.done"
}

# bleu NAME LABEL OPTION...: translations of the test sentences.
bleu() {
  local name=$1 label=$2
  shift 2
  "$alinea" translate --model "$out/$name" --threads 1 "$@" < "$out/test_2016_flickr.tok.de" \
    > "$out/$name.$label.en"
  printf '%s, %s: ' "$name" "$label"
  "$alinea" evaluate --hypotheses "$out/$name.$label.en" --references "$out/test_2016_flickr.tok.en" \
    --tokenize none | head -n 1
}

words=(--lowercase --vocabulary-size 8000)
train soft 8 0.0015 "${words[@]}"
train hard 8 0.0015 "${words[@]}" --attention-choice hard
train hard-from-soft 2 0.0003 --attention-choice hard --pretrained-model "$out/soft"
bleu soft beam
for name in hard hard-from-soft; do
  for choice in argmax expected sampled; do bleu "$name" "$choice" --hard-attention "$choice"; done
done
