#!/usr/bin/env bash
# The study in summaries.md: synopses of Debian packages from their descriptions, or subjects of mails, by every decoder.
#
#   docs/studies/summaries.sh OUT [CORPUS]
#
# CORPUS contains train.text, train.headline, valid.text and valid.headline, as corpora/headlines/make.sh makes them, or
# train.tsv.gz and dev.tsv.gz, as corpora/studies/fetch.sh lays out aeslc, of whose mails the first 120 words are read;
# without it they are made from the packages that APT of this machine knows. Trains on THREADS (2), in PRECISION
# (f32), for EPOCHS (12), the models whose names begin with a word of MODELS, or all. The prefix has the words PREFIX
# (3-12). Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# == 1 || $# == 2)) || usage 'OUT [CORPUS]'
corpus=${2:+$(realpath "$2")}
begin "$1"
read -ra wanted <<< "${MODELS:-}"

if [[ -z $corpus ]]; then
  corpus=$out/corpus
  [[ -e $corpus/test.headline ]] || corpora/headlines/make.sh "$corpus"
elif [[ -e $corpus/train.tsv.gz ]]; then
  lines=$corpus corpus=$out/corpus
  mkdir -p "$corpus"
  for part in train dev; do
    zcat "$lines/$part.tsv.gz" | cut -f 1 | cut -d ' ' -f 1-120 > "$corpus/${part/dev/valid}.text"
    zcat "$lines/$part.tsv.gz" | cut -f 2 > "$corpus/${part/dev/valid}.headline"
  done
fi

# summariser NAME OPTION...: a model, and a row of the table.
summariser() {
  local name=$1
  shift
  is_wanted "$name" || return 0
  if [[ ! -e $out/$name.headline ]]; then
    "$alinea" train --model "$out/$name" --threads "${THREADS:-2}" --precision "${PRECISION:-f32}" \
      --source "$corpus/train.text" --target "$corpus/train.headline" \
      --valid-source "$corpus/valid.text" --valid-target "$corpus/valid.headline" \
      --tokenizer icu --lowercase --joint-vocabulary --vocabulary-size 16000 \
      --embedding-size 256 --dropout 0.3 --label-smoothing 0.1 --batch-size 64 \
      --exponential-smoothing 0.001 --max-length 300 --epochs "${EPOCHS:-12}" --patience 0 "$@" > "$out/$name.log" 2>&1
    "$alinea" translate --model "$out/$name" --beam-size 5 < "$corpus/valid.text" > "$out/$name.new"
    mv "$out/$name.new" "$out/$name.headline"
  fi
  row "$name"
}

# row NAME: ROUGE-1, -2 and -L of NAME.headline.
row() {
  scores "$1" "$out/$1.headline" "$corpus/valid.headline"
}
scores() { # NAME SUMMARIES REFERENCES
  "$alinea" evaluate --hypotheses "$2" --references "$3" --rouge |
    awk -v name="$1" '/^ROUGE/ { row = row " | " $3 } END { print "| " name row " |" }'
}

# on_even_lines NAME [OPTION...]: the row of every other summary, with options of translate those that it writes then.
on_even_lines() {
  local name=$1 summaries=$out/$1.headline
  shift
  [[ -e $summaries ]] || return 0
  awk 'NR % 2 == 0' "$summaries" > "$out/even.headline"
  awk 'NR % 2 == 0' "$corpus/valid.headline" > "$out/even.references"
  if (($#)); then
    awk 'NR % 2 == 0' "$corpus/valid.text" |
      "$alinea" translate --model "$out/$name" --beam-size 5 "$@" > "$out/even.headline"
  fi
  scores "$name${*:+ $*}" "$out/even.headline" "$out/even.references"
}

abs=(--encoder bag --decoder feed-forward --attention general --hidden-size 256 --context 5)
tied=(--tie-embeddings all)
recurrent=(--cell gru --hidden-size 256 "${tied[@]}")
{
  echo '| model | ROUGE-1 | ROUGE-2 | ROUGE-L |'
  echo '|---|---|---|---|'
  cut -d ' ' -f "${PREFIX:-3-12}" "$corpus/valid.text" > "$out/prefix.headline"
  row prefix
  summariser abs "${abs[@]}"
  summariser abs-copy "${abs[@]}" --copy
  summariser bahdanau "${recurrent[@]}" --decoder bahdanau --attention additive
  summariser bahdanau-copy "${recurrent[@]}" --decoder bahdanau --attention additive --copy
  summariser luong-copy "${recurrent[@]}" --decoder luong --attention general --copy
  summariser transformer-copy "${tied[@]}" --architecture transformer --positions relative --copy
  summariser convolutional-copy "${tied[@]}" --architecture convolutional --copy
  echo
  echo '| every other package | ROUGE-1 | ROUGE-2 | ROUGE-L |'
  echo '|---|---|---|---|'
  lengths=(--length-penalty 3 --min-length 5 --no-repeat-ngram-size 1)
  on_even_lines prefix
  on_even_lines abs
  on_even_lines abs --extractive-weights 2,4,2,0 --length-penalty 3 --min-length 4 --replace-unknown
  on_even_lines abs-copy
  on_even_lines abs-copy "${lengths[@]}"
  on_even_lines abs-copy "${lengths[@]}" --extractive-weights 0,2,0,0
} > "$out/report.new"
mv "$out/report.new" "$out/report.md"
cat "$out/report.md"
