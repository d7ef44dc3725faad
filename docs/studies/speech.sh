#!/usr/bin/env bash
# The study in speech.md: strings of spoken digits, and the utterances of AN4.
#
#   docs/studies/speech.sh DATA OUT [NAME...]
#
# DATA contains the folders fsdd and an4, as speech_data.py describes them and corpora/studies/fetch.sh lays them out. NAME selects trainings by the
# beginning of their names. Called again, the script continues with what is missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [NAME...]'
data=$(realpath "$1")
wanted=("${@:3}")
begin "$2"
studies=$PWD/docs/studies
threads=${THREADS:-1}

# texts NAME CORPUS: the recordings and texts of that name, made of a corpus of DATA.
texts() {
  [[ ! -e $out/$1/done ]] || return 0
  python3 "$studies/speech_data.py" "$1" "$data/$2" "$out/$1"
  touch "$out/$1/done"
}

# train NAME FOLDER TARGET OPTION...: trains on FOLDER/train.lst.
train() {
  local name=$1 folder=$2 target=$3
  shift 3
  [[ ! -e $out/$name/model/best.safetensors || ! -e $out/$name/done ]] || return 0
  mkdir -p "$out/$name"
  "$alinea" train --source-type features --features-folder "$folder" --source "$folder/train.lst" \
    --target "$folder/train.$target" --valid-source "$folder/valid.lst" \
    --valid-target "$folder/valid.$target" --model "$out/$name/model" --threads "$threads" \
    --precision "${PRECISION:-f32}" "$@" \
    > "$out/$name/log" 2>&1
  touch "$out/$name/done"
}

# errors NAME FOLDER TEXT TARGET OPTION...: transcribes FOLDER/TEXT.lst, and prints its error rates and
# how long that took.
errors() {
  local name=$1 folder=$2 text=$3 target=$4 begin end file
  shift 4
  file=$out/$name/$text$(tr -d ' -' <<< "$*")
  if [[ ! -e $file.scores ]]; then
    begin=$(date +%s.%N)
    "$alinea" translate --model "$out/$name/model" --features-folder "$folder" --threads 1 \
      --max-length-factor 2 "$@" < "$folder/$text.lst" > "$file.hyp"
    end=$(date +%s.%N)
    "$alinea" evaluate --hypotheses "$file.hyp" --references "$folder/$text.$target" --error-rates \
      > "$file.scores.new"
    awk -v a="$begin" -v b="$end" 'BEGIN { printf "%.1f seconds\n", b - a }' >> "$file.scores.new"
    mv "$file.scores.new" "$file.scores"
  fi
  echo "$name, $text${*:+ $*}: $(tr '\n' ';' < "$file.scores")"
}

# digits NAME OPTION...
digits() {
  local name=digits-$1
  shift
  is_wanted "$name" || return 0
  texts digits fsdd
  train "$name" "$out/digits" txt --frame-stacking 3 --deltas 1 --encoder-layers 2 --subsampling 1 \
    --embedding-size 96 --encoder-hidden-size 96 --hidden-size 128 --dropout 0.2 --batch-size 32 \
    --learning-rate 0.001 --epochs 8 --tokenizer space "$@"
  errors "$name" "$out/digits" valid txt
  errors "$name" "$out/digits" long txt
  if [[ " $* " == *" --location-aware "* ]]; then
    errors "$name" "$out/digits" long txt --decoding-window 12
  fi
  if [[ " $* " == *" --ctc-weight "* ]]; then
    for weight in 0.1 0.3 0.5 1; do
      errors "$name" "$out/digits" valid txt --ctc-weight "$weight"
      errors "$name" "$out/digits" long txt --ctc-weight "$weight"
    done
  fi
  "$alinea" align --model "$out/$name/model" --features-folder "$out/digits" --threads 1 \
    --source "$out/digits/valid.lst" --target "$out/digits/valid.txt" --output "$out/$name/valid.csv"
  python3 "$studies/speech_boundaries.py" "$out/$name/valid.csv" "$out/digits/valid.ends"
}

# an4 NAME TARGET TOKENIZER OPTION...: words written letter by letter, or phones.
an4() {
  local name=an4-$1 target=$2 tokenizer=$3
  shift 3
  is_wanted "$name" || return 0
  texts an4 an4
  train "$name" "$out/an4" "$target" --frame-stacking 2 --deltas 2 --encoder-layers 3 --subsampling 1 \
    --embedding-size 128 --encoder-hidden-size 128 --hidden-size 192 --dropout 0.4 --batch-size 16 \
    --learning-rate 0.001 --label-smoothing 0.1 --exponential-smoothing 0.005 --epochs 90 --patience 0 \
    --tokenizer "$tokenizer" --location-aware --time-masks 2 --time-mask-width 10 --frequency-masks 2 \
    --frequency-mask-width 5 "$@"
  errors "$name" "$out/an4" valid "$target" --beam-size 1
  errors "$name" "$out/an4" valid "$target" --beam-size 8
  if [[ " $* " == *" --ctc-weight "* ]]; then
    errors "$name" "$out/an4" valid "$target" --beam-size 8 --ctc-weight 0.5
  fi
}

digits content
location=(--location-aware --location-filters 8 --location-width 8)
digits location "${location[@]}"
digits ctc "${location[@]}" --ctc-weight 0.3
an4 letters-ctc txt char --ctc-weight 0.5
an4 letters txt char
an4 phones-ctc phones space --ctc-weight 0.5
