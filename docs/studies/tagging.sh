#!/usr/bin/env bash
# The study in tagging.md: parts of speech, chunks, named entities, and slots with intents.
#
#   docs/studies/tagging.sh DATA OUT [NAME...]
#
# DATA contains the folders ewt-pos, conll2000-chunk, wnut17-ner, snips-slots and atis-slots with their texts, gzipped,
# as corpora/studies/fetch.sh lays them out. NAME selects trainings by the beginning of their names. Called again, the
# script continues with what is missing. With PRETRAINED, the folder that pretraining.sh made, two taggers of parts of
# speech start from its language models.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [NAME...]'
data=$(realpath "$1")
wanted=("${@:3}")
begin "$2"
threads=${THREADS:-1}

# lines FOLDER: of each text with slots and intents a file with a sentence a line.
lines() {
  local text part
  for text in "$data/$1"/*.seq.in.gz; do
    part=${text%.seq.in.gz}
    paste <(zcat "$part.seq.in.gz") <(zcat "$part.seq.out.gz") <(zcat "$part.label.gz") \
      > "$out/$1.$(basename "$part").tsv"
  done
}

# tagger NAME TRAIN VALID HELD-OUT OPTION...: trains, and scores the tags of a text.
tagger() {
  local name=$1 train=$2 valid=$3 held_out=$4
  shift 4
  is_wanted "$name" || return 0
  if [[ ! -e $out/$name.scores ]]; then
    "$alinea" train-tagger --train "$train" --valid "$valid" --model "$out/$name" --overwrite \
      --batch-size 16 --threads "$threads" "$@" > "$out/$name.log" 2>&1
    "$alinea" tag --model "$out/$name" --input "$held_out" --labelled --threads "$threads" \
      > "$out/$name.tagged" 2> "$out/$name.scores.new"
    mv "$out/$name.scores.new" "$out/$name.scores"
  fi
  report "$name"
}

# report NAME: accuracy and F1 of the tags, classes, and the mean speed.
report() {
  local name=$1
  printf '| %s | %s | %s | %s | %s | %s |\n' "$name" \
    "$(sed -nE 's/.*words  accuracy ([0-9.]+).*/\1/p' "$out/$name.scores")" \
    "$(sed -nE 's/.*  F1 ([0-9.]+)$/\1/p' "$out/$name.scores")" \
    "$(sed -nE 's/.*class accuracy ([0-9.]+).*/\1/p' "$out/$name.scores")" \
    "$(sed -nE 's/.*all tags right ([0-9.]+).*/\1/p' "$out/$name.scores" | head -n 1)" \
    "$(awk -F, 'NR > 1 && $6 != "" { sum += $6; n += 1 } END { printf "%.0f", sum / n }' \
      "$out/$name/training.csv")"
}

# pos NAME OPTION...
pos() {
  tagger "pos-$1" "$data/ewt-pos/train.tsv.gz" "$data/ewt-pos/dev.tsv.gz" \
    "$data/ewt-pos/dev.tsv.gz" --tag-column 2 --epochs 8 --word-dropout 0.1 "${@:2}"
}

# slots CORPUS HELD-OUT NAME OPTION...
slots() {
  lines "$1-slots"
  tagger "$1-$3" "$out/$1-slots.train.tsv" "$out/$1-slots.valid.tsv" "$out/$1-slots.$2.tsv" \
    --form lines --tag-column 2 --class-column 3 --joint-class --validate-by f1 --epochs 12 \
    --dropout 0.4 --word-dropout 0.05 "${@:4}"
}

# chunks NAME OPTION...: the last tenth of the training sentences selects the epoch.
chunks() {
  local text=$out/chunk
  zcat "$data/conll2000-chunk/train.txt.gz" |
    awk -v train="$text.train" -v valid="$text.valid" \
      '{ print > (n < 8040 ? train : valid) } NF == 0 { n += 1 }'
  tagger "chunk-$1" "$text.train" "$text.valid" \
    "$data/conll2000-chunk/test.txt.gz" --validate-by f1 --epochs 4 --dropout 0.4 \
    --word-dropout 0.1 --zero-digits "${@:2}"
}

# tweets: a language model in both directions, of the words of web text and of the tweets to learn from.
tweets() {
  is_wanted wnut-pretrained || return 0
  [[ ! -e $out/tweets.done ]] || return 0
  words "$data/ewt-pos/train.tsv.gz" "$data/wnut17-ner/train.conll.gz" > "$out/tweets.train"
  words "$data/wnut17-ner/dev.conll.gz" > "$out/tweets.valid"
  "$alinea" train-language-model --train "$out/tweets.train" --valid "$out/tweets.valid" --model "$out/tweets" \
    --overwrite --objective bidirectional --min-frequency 2 --tie-embeddings --batch-size 32 --learning-rate 0.002 \
    --precision bf16 --epochs 1 --threads "$threads" > "$out/tweets.log" 2>&1
  touch "$out/tweets.done"
}

# entities NAME OPTION...
entities() {
  tagger "wnut-$1" "$data/wnut17-ner/train.conll.gz" "$data/wnut17-ner/dev.conll.gz" \
    "$data/wnut17-ner/dev.conll.gz" --validate-by f1 --epochs 12 --dropout 0.4 --word-dropout 0.1 \
    "${@:2}"
}

echo '| | accuracy | span F1 | classes | sentences right | words/s |'
echo '|---|---|---|---|---|---|'
pos word --dropout 0.4 --encoder window --window 0
pos window --dropout 0.4 --encoder window --window 2
pos recurrent --dropout 0.4
pos recurrent-letters --dropout 0.4 --character-features
pos transformer --dropout 0.2 --encoder transformer --layers 2 --feed-forward-size 256 --schedule inverse-sqrt \
  --warmup 500
if [[ -n ${PRETRAINED:-} ]]; then  # as their language models are built, which are those of pretraining.sh
  pos transformer-masked --dropout 0.2 --pretrained-model "$PRETRAINED/tagger-masked" --schedule inverse-sqrt \
    --warmup 500
  pos lstm-bidirectional --dropout 0.4 --pretrained-model "$PRETRAINED/tagger-bidirectional"
fi
slots atis test recurrent
slots atis test crf --character-features --crf
slots snips valid letters --character-features
slots snips valid crf --character-features --crf
slots snips valid gate --character-features --slot-gate
chunks crf --crf --character-features
entities crf --crf --character-features
entities words --crf
tweets
entities pretrained --crf --pretrained-model "$out/tweets"
