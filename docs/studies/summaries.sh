#!/usr/bin/env bash
# The study in summaries.md: synopses of Debian packages from their descriptions, by copying.
#
#   docs/studies/summaries.sh OUT [CORPUS]
#
# CORPUS contains train.text, train.headline, valid.text and valid.headline, as corpora/headlines/make.sh makes them;
# without it they are made from the packages that APT of this machine knows. Trains on THREADS (2), in PRECISION
# (f32). Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [CORPUS]'
corpus=${2:+$(realpath "$2")}
begin "$1"

if [[ -z $corpus ]]; then
  corpus=$out/corpus
  [[ -e $corpus/train.text ]] || corpora/headlines/make.sh "$corpus"
fi

"$alinea" train --model "$out/copy" --threads "${THREADS:-2}" --precision "${PRECISION:-f32}" \
  --source "$corpus/train.text" --target "$corpus/train.headline" \
  --valid-source "$corpus/valid.text" --valid-target "$corpus/valid.headline" \
  --tokenizer icu --lowercase --joint-vocabulary --vocabulary-size 16000 --copy \
  --embedding-size 128 --hidden-size 256 --dropout 0.3 --epochs 10 > "$out/copy.log" 2>&1
"$alinea" translate --model "$out/copy" --beam-size 5 < "$corpus/valid.text" > "$out/copy.headline"
"$alinea" evaluate --hypotheses "$out/copy.headline" --references "$corpus/valid.headline" --rouge
