#!/usr/bin/env bash
# Trains the small model of a page of the atlas, prints what was measured, and draws the page's pictures.
#
#   docs/atlas/make.sh [--draw] NAME... | all | list
#
# What is trained stands in models/atlas/NAME, or $WORK/NAME. SEEDS=3 trains with three seeds, of which the first
# one's model is drawn. Pages of HTML become PNG where chromium is installed; elsewhere it names the page to open.
# --draw draws again what has been trained.
set -euo pipefail
# Ctrl-C saves a training, whose status is then 0: what comes after it is not run.
trap 'exit 130' INT
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
alinea=${ALINEA:-build/alinea}
generate_signals=${GENERATE_SIGNALS:-build/generate_signals}
seeds=${SEEDS:-1}
images=${IMAGES:-docs/images/atlas}
models=${WORK:-models/atlas}
browser=${BROWSER-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
numbers=corpora/numbers toys=corpora/toys

# train COMMAND VARIANT OPTION...: the model $work/VARIANT, with the seed of this round. Of an option that is
# given twice the last one counts.
train() {
  local command=$1 word name='' options=()
  local -A values=()
  model=$work/$2
  shift 2
  for word; do
    if [[ $word == --* ]]; then name=$word values[$name]=''; else values[$name]=$word; fi
  done
  for name in "${!values[@]}"; do options+=("$name" ${values[$name]:+"${values[$name]}"}); done
  "$alinea" "$command" --model "$model" --overwrite --seed "$seed" --threads 1 "${options[@]}" \
    > "$model.log" 2>&1 || { tail -n 5 "$model.log" >&2; exit 1; }
}

# say TEXT...: a measured figure.
say() { echo "$page, seed $seed: $*"; }

# picture HTML NAME WIDTH HEIGHT [SCRIPT]: the upper left corner of a page without its head, after what a reader does
# there.
picture() {
  local page=$1.copy.html
  local script="document.querySelectorAll('h1, body > p').forEach((e) => e.remove());
    setTimeout(() => {
      document.querySelectorAll('button.theme, body > .tools').forEach((e) => e.remove());
      ${5:-}
    }, 1000);"
  if [[ -z $browser ]]; then
    echo "chromium is not installed, so $images/$2.png is not drawn: open $1 in a browser instead" >&2
    return 0
  fi
  { cat "$1"; printf '<script>%s</script>\n' "$script"; } > "$page"
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=5000 \
    --window-size="$3,$4" --screenshot="$images/$2.png" "file://$(realpath "$page")" 2> /dev/null > /dev/null
}

# line FILE NUMBER: one line, counted from 0.
line() { sed -n "$(($2 + 1))p" "$1"; }

# heatmap NAME VARIANT SENTENCE OPTION...: of one sentence of the test text.
heatmap() {
  local name=$1 model=$work/$2 sentence=$3
  shift 3
  line "$source" "$sentence" > "$work/one.source"
  line "$target" "$sentence" > "$work/one.target"
  rm -rf "$work/heatmaps"
  "$alinea" align --model "$model" --source "$work/one.source" --target "$work/one.target" \
    --heatmap "$work/heatmaps" --threads 1 "$@" 2>> "$work/messages"
  cp "$work/heatmaps/000000.svg" "$images/$name.svg"
}

# --- Numbers: German to English, with exact gold alignments ---

source=$numbers/test.de target=$numbers/test.en

# translator VARIANT OPTION...
translator() {
  local units=(--hidden-size 64)
  [[ " $* " != *' --architecture '* ]] || units=()
  train train "$1" --source $numbers/train.de --target $numbers/train.en \
    --valid-source $numbers/valid.de --valid-target $numbers/valid.en \
    --embedding-size 32 "${units[@]}" --dropout 0.1 --learning-rate 0.003 --batch-size 32 \
    --epochs 5 "${@:2}"
}

# translations OPTION...: how many are exactly right.
translations() {
  "$alinea" translate --model "$model" --threads 1 "$@" < $source > "$model.en" 2>> "$work/messages"
  say "$(basename "$model"): $("$alinea" evaluate --hypotheses "$model.en" --references $target \
    --error-rates | tr '\n' ';')"
}

# links OPTION...: against the gold ones.
links() {
  "$alinea" align --model "$model" --source $source --target $target --format pharaoh \
    --output "$model.links" --threads 1 "$@" 2>> "$work/messages"
  say "$(basename "$model"): $("$alinea" evaluate --alignments "$model.links" --gold $numbers/test.gold)"
}

seq2seq() {
  translator none --cell gru --attention none
  translations
  paste -d '\t' $source $target "$model.en" | awk -F '\t' '
    { words = split($1, word, " "); group = words < 5 ? "1 to 4" : words < 8 ? "5 to 7" : "8 or more"
      ++all[group]; right[group] += $2 == $3 }
    END { for (group in all) printf "  %s words: %.1f %% right\n", group, 100 * right[group] / all[group] }' | sort
}
seq2seq_picture() {
  "$alinea" report --model "$work/none" --output "$work/report.html" --source $source --target $target \
    --samples 8 --beam-size 1 --threads 1 2>> "$work/messages"
  picture "$work/report.html" seq2seq 900 560
}

bahdanau() {
  translator additive --cell gru --attention additive
  translations
  links
}
bahdanau_picture() { heatmap bahdanau additive 4 --alignment-unit word; }

luong() {
  local mode window
  for mode in local-m local-p global; do
    window=()
    [[ $mode == global ]] || window=(--attention-window 2)
    translator "$mode" --cell lstm --attention general --attention-mode "$mode" "${window[@]}"
    translations
    links
  done
}
luong_picture() {
  heatmap luong-global global 4
  heatmap luong-local-p local-p 4
}

coverage() {
  translator plain --cell gru --attention additive --epochs 4
  translations
  links
  translator coverage --cell gru --attention additive --epochs 4 --coverage
  translations
  links
}
coverage_picture() {
  heatmap coverage coverage 4
  heatmap coverage-without plain 4
}

hard_attention() {
  translator soft --cell gru --attention additive
  translations
  links
  translator hard --cell gru --attention additive --attention-choice hard --pretrained-model "$work/soft" \
    --learning-rate 0.0005 --epochs 2
  translations
  links
}
hard_attention_picture() { heatmap hard-attention hard 4; }

convolutional() {
  translator convolutional --architecture convolutional --embedding-size 64 --channels 64 \
    --encoder-layers 2 --decoder-layers 3 --learning-rate 0.002
  translations
  links
}
convolutional_picture() {
  local layer
  for layer in 0 1 2; do heatmap "convolutional-$layer" convolutional 4 --layer $layer; done
}

transformer() {
  local layers=(--architecture transformer --embedding-size 64 --feed-forward-size 128 --encoder-layers 2
    --decoder-layers 2 --schedule inverse-sqrt --warmup 200)
  translator relative "${layers[@]}" --positions relative --relative-window 4
  translations
  translator universal "${layers[@]}" --universal --halting --encoder-layers 4 --decoder-layers 4
  translations
  translator sinusoidal "${layers[@]}"
  translations
  links
}
transformer_picture() {
  heatmap transformer sinusoidal 4 --layer 1
  heatmap transformer-encoder sinusoidal 4 --attention-of encoder --layer 0
}

# --- Toy corpora ---

# tagger VARIANT CORPUS OPTION...: how many tags and sentences of its test text are right.
tagger() {
  local variant=$1 corpus=$toys/$2
  shift 2
  train train-tagger "$variant" --train "$corpus/train.tsv" --valid "$corpus/valid.tsv" --form lines --tag-column 2 \
    --validate-by accuracy --patience 0 --embedding-size 32 --dropout 0.1 --word-dropout 0 --learning-rate 0.003 \
    --batch-size 32 --epochs 12 "$@"
  "$alinea" tag --model "$model" --input "$corpus/test.tsv" --labelled --threads 1 \
    > "$model.tagged" 2> "$model.scores"
  say "$variant: $(head -n 1 "$model.scores")"
}

# looks NAME VARIANT SENTENCE WORD LAYER HEAD: what a word of a sentence looks at, or where WORD is empty, all words; an
# empty LAYER or HEAD is the mean.
looks() {
  local count
  tr ' ' '\n' <<< "$3" > "$work/one.txt"
  count=$(wc -l < "$work/one.txt")
  "$alinea" tag --model "$work/$2" --input "$work/one.txt" --form columns --attention-page "$work/page.html" \
    --attention "$work/looks.csv" --threads 1 > /dev/null 2>> "$work/messages"
  # The page is drawn once it has been looked at; what stands around the drawing is left out.
  picture "$work/page.html" "$1" 420 $((60 + 24 * count)) "
    const draw = () => {
      if (!document.querySelector('.view .word')) return setTimeout(draw, 200);
      const scaled = document.querySelector('.view input[type=checkbox]:checked');
      if (scaled) scaled.click();
      for (const [name, value] of [['Layer', '$5'], ['Head', '$6']]) {
        const select = document.querySelector('.view select[aria-label=' + name + ']');
        if (value !== '' && select) {
          select.value = value;
          select.dispatchEvent(new Event('change'));
        }
      }
      const words = [...document.querySelectorAll('.view .word')];
      words.find((word) => word.textContent === '$4')?.dispatchEvent(new MouseEvent('click', {bubbles: true}));
      for (let e = words[0].closest('svg'); e !== document.body; e = e.parentElement)
        for (const other of e.parentElement.children)
          if (other !== e) other.style.display = 'none';
    };
    draw();"
}

# Two sentences that differ in one word, which tells what the `it` is.
hungry='the old dog stood beside the truck because it was hungry'
rusty='the old dog stood beside the truck because it was rusty'

intra_attention() {
  local cell
  for cell in lstm rnn; do
    tagger $cell pronouns --cell $cell --hidden-size 48
    tagger $cell-intra pronouns --cell $cell --hidden-size 48 --intra-attention
  done
}
intra_attention_picture() {
  looks intra-attention-lstm lstm-intra "$hungry" '' '' 0
  looks intra-attention-rnn rnn-intra "$hungry" it '' ''
}

self_attention() {
  local layers=(--encoder transformer --layers 2 --heads 4 --feed-forward-size 64 --schedule inverse-sqrt
    --warmup 100)
  tagger none pronouns "${layers[@]}" --positions none
  tagger relative pronouns "${layers[@]}" --positions relative --relative-window 4
  tagger sinusoidal pronouns "${layers[@]}"
}
self_attention_picture() {
  looks self-attention-hungry sinusoidal "$hungry" it 1 3
  looks self-attention-rusty sinusoidal "$rusty" it 1 3
}

language_models() {
  local part objective form
  local schedule=(--schedule inverse-sqrt --warmup 100 --embedding-size 32)
  local transformer=(--layers 2 --heads 4 --feed-forward-size 64 "${schedule[@]}")
  local recurrent=(--hidden-size 32 "${schedule[@]}")
  for part in train valid; do cut -f 1 $toys/orders/$part.tsv > "$work/$part.txt"; done
  head -n 30 $toys/orders/train.tsv > "$work/few.tsv"
  # few VARIANT FORM OPTION...: a tagger that learns from 30 sentences.
  few() { tagger "$1" orders --train "$work/few.tsv" --encoder "$2" --batch-size 8 --epochs 40 "${@:3}"; }
  for form in recurrent transformer; do
    local -n network=$form
    few scratch-$form $form "${network[@]}"
  done
  for objective in bidirectional causal masked; do
    [[ $objective == bidirectional ]] && form=recurrent || form=transformer
    local -n network=$form
    train train-language-model $objective --train "$work/train.txt" --valid "$work/valid.txt" --objective $objective \
      --architecture $form "${network[@]}" --dropout 0.1 --learning-rate 0.005 --batch-size 32 --epochs 40 \
      --patience 0
    say "$objective: $(grep '(best)' "$model.log" | tail -n 1)"
    few from-$objective $form "${network[@]}" --pretrained-model "$work/$objective"
  done
}
language_models_picture() { looks language-models from-masked 'play summer by summer in the kitchen' by 1 ''; }

# pair_classifier VARIANT OPTION...
pair_classifier() {
  local variant=$1
  shift
  train train-classifier "$variant" --pairs --train $toys/pairs/train.tsv --valid $toys/pairs/valid.tsv \
    --dropout 0.1 --learning-rate 0.003 --schedule inverse-sqrt --warmup 100 --batch-size 32 --patience 0 "$@"
  "$alinea" classify --model "$model" --input $toys/pairs/test.tsv --labelled --threads 1 \
    > "$model.answers" 2> "$model.scores"
  say "$variant: $(head -n 1 "$model.scores")"
}

entailment() {
  local attention
  for attention in none word-by-word; do
    pair_classifier $attention --pair-attention $attention --embedding-size 32 --hidden-size 64 --epochs 30
  done
  pair_classifier compare --pair-attention compare --encoder bag --pair-encoding separate --embedding-size 48 \
    --epochs 10
}
entailment_picture() {
  cut -f 2- $toys/pairs/test.tsv | sed -n 1,20p > "$work/pairs.txt"
  local attention
  for attention in word-by-word compare; do
    "$alinea" classify --model "$work/$attention" --input "$work/pairs.txt" --heatmap "$work/heatmaps-$attention" \
      --threads 1 > "$work/answers" 2>> "$work/messages"
    cp "$work/heatmaps-$attention/000002.svg" "$images/entailment-$attention.svg"
  done
}

reading() {
  local reader
  for reader in sum attention-over-attention; do
    train train-reader "$reader" --train $toys/questions/train.tsv --valid $toys/questions/valid.tsv \
      --reader "$reader" --embedding-size 32 --hidden-size 32 --dropout 0 --learning-rate 0.01 --batch-size 16 \
      --epochs 25 --patience 0
    "$alinea" answer --model "$model" --input $toys/questions/test.tsv --labelled --threads 1 \
      > "$model.answers" 2> "$model.scores"
    say "$reader: $(tail -n 1 "$model.scores")"
  done
}
reading_picture() {
  head -n 2 $toys/questions/test.tsv > "$work/questions.tsv"
  "$alinea" answer --model "$work/attention-over-attention" --input "$work/questions.tsv" --labelled --highlight "$work/page.html" \
    --threads 1 > /dev/null 2>> "$work/messages"
  picture "$work/page.html" reading 800 560
}

documents() {
  local pooling
  for pooling in average attention; do
    train train-classifier "$pooling" --train corpora/letters/train.tsv --valid corpora/letters/valid.tsv \
      --pooling "$pooling" --embedding-size 24 --hidden-size 12 --dropout 0 --word-dropout 0.5 \
      --learning-rate 0.005 --batch-size 32 --epochs 12 --validate-by loss
    "$alinea" classify --model "$model" --input corpora/letters/test.tsv --labelled --threads 1 \
      > "$model.answers" 2> "$model.scores"
    say "$pooling: $(head -n 1 "$model.scores")"
  done
  cut -f 2 corpora/letters/test.tsv | "$alinea" classify --model "$model" --attention "$model.csv" --threads 1 \
    > /dev/null 2>> "$work/messages"
  say "largest weight on the sentence that tells: $(awk -F, '
    NR == FNR { gold[FNR - 1] = $1; next }
    FNR > 1 && $3 > best[$1] { best[$1] = $3; sentence[$1] = $2 }
    END { for (d in sentence) { ++all; right += sentence[d] == gold[d] }; printf "%.1f %%", 100 * right / all }' \
    corpora/letters/test.gold <(tr -d '\r' < "$model.csv"))"
}
documents_picture() {
  head -n 1 corpora/letters/test.tsv | cut -f 2 > "$work/letters.txt"
  "$alinea" classify --model "$work/attention" --input "$work/letters.txt" --highlight "$work/page.html" --threads 1 \
    > /dev/null 2>> "$work/messages"
  picture "$work/page.html" documents 800 520 "document.querySelectorAll('.tools').forEach((e) => e.remove());"
}

# summariser VARIANT OPTION...: headlines of notes, and their ROUGE.
summariser() {
  local part variant=$1
  shift
  for part in valid test; do
    cut -f 1 $toys/notes/$part.tsv > "$work/$part.text"
    cut -f 2 $toys/notes/$part.tsv > "$work/$part.headline"
  done
  train train "$variant" --corpus $toys/notes/train.tsv --valid-source "$work/valid.text" \
    --valid-target "$work/valid.headline" --min-frequency 5 --embedding-size 32 --hidden-size 64 --dropout 0.1 \
    --learning-rate 0.003 --batch-size 32 --epochs 6 "$@"
  "$alinea" translate --model "$model" --threads 1 < "$work/test.text" > "$model.headline" 2>> "$work/messages"
  say "$variant: $("$alinea" evaluate --rouge --hypotheses "$model.headline" \
    --references "$work/test.headline" | sed -n 1,3p | tr '\n' ';')"
  paste -d '\n' "$work/test.headline" "$model.headline" | sed -n '1,4s/^/  /p'
}

summaries() {
  summariser abs --encoder bag --decoder feed-forward --attention general --context 3 --smoothing-window 1
  summariser copy --cell gru --attention additive --copy --joint-vocabulary
}
summaries_picture() {
  local source=$work/test.text target=$work/test.headline
  heatmap summaries copy 1
  heatmap summaries-abs abs 1
}

# --- Signals: made by generate_signals ---

signals() {
  local folder=$models/signals
  [[ -e $folder/speech/valid.ends ]] || "$generate_signals" $folder
}

glimpses() {
  local data=$models/signals/digits locations
  signals
  for locations in random learned; do
    train train-classifier "$locations" --source-type features --features-folder $data --train $data/train.tsv \
      --valid $data/valid.tsv --glimpses 5 --glimpse-size 8 --glimpse-hidden-size 64 --glimpse-locations $locations \
      --batch-size 20 --learning-rate 0.002 --schedule inverse-sqrt --warmup 200 --epochs 15
    "$alinea" classify --model "$model" --input $data/valid.tsv --labelled --features-folder $data --threads 1 \
      --glimpse-samples 10 > "$model.answers" 2> "$model.scores"
    say "$locations: $(head -n 1 "$model.scores")"
  done
}
glimpses_picture() {
  head -n 3 $models/signals/digits/valid.tsv > "$work/three.tsv"
  "$alinea" classify --model "$work/learned" --input "$work/three.tsv" --labelled --threads 1 \
    --features-folder $models/signals/digits --glimpse-samples 4 --glimpse-page "$work/page.html" \
    > /dev/null 2>> "$work/messages"
  picture "$work/page.html" glimpses 900 820
}

# listener FOLDER VARIANT OPTION...: from signals to text; then the errors on the valid part.
listener() {
  local data=$models/signals/$1 variant=$2
  shift 2
  signals
  train train "$variant" --source-type features --features-folder "$data" --source "$data/train.lst" \
    --target "$data/train.txt" --valid-source "$data/valid.lst" --valid-target "$data/valid.txt" \
    --attention additive --dropout 0.1 --batch-size 32 --max-frames 0 "$@"
  "$alinea" translate --model "$model" --features-folder "$data" --threads 1 --max-length-factor 2 \
    < "$data/valid.lst" > "$model.txt" 2>> "$work/messages"
  say "$variant: $("$alinea" evaluate --hypotheses "$model.txt" --references "$data/valid.txt" --error-rates | tr '\n' ';')"
}

captions() {
  listener strings captions --front-end convolution --front-end-layers 3 --front-end-channels 24 \
    --encoder-hidden-size 32 --hidden-size 64 --embedding-size 32 --dropout 0.2 --learning-rate 0.002 \
    --schedule inverse-sqrt --warmup 300 --epochs 20 --patience 0
  local data=$models/signals/strings
  "$alinea" align --model "$model" --features-folder "$data" --source "$data/valid.lst" --target "$data/valid.txt" \
    --output "$model.csv" --threads 1 2>> "$work/messages"
  # Each digit of a picture stands in a part of its own of the 12 columns of places.
  say "largest weight in the part of the picture that the digit stands in: $(tr -d '\r' < "$model.csv" | awk -F, '
    $3 == "</s>" || NR == 1 { next }
    { key = $1 "," $2; if ($2 >= count[$1]) count[$1] = $2 + 1 }
    $6 > best[key] { best[key] = $6; split($5, place, ":"); column[key] = place[2] }
    END {
      for (key in best) { split(key, at, ","); right += int(column[key] * count[at[1]] / 12) == at[2]; ++all }
      printf "%.1f %%", 100 * right / all
    }')"
}
captions_picture() {
  local data=$models/signals/strings
  sed -n '3p; 5p' "$data/valid.lst" > "$work/two.lst"
  sed -n '3p; 5p' "$data/valid.txt" > "$work/two.txt"
  "$alinea" align --model "$work/captions" --features-folder "$data" --source "$work/two.lst" \
    --target "$work/two.txt" --picture-page "$work/page.html" --threads 1 2>> "$work/messages"
  picture "$work/page.html" captions 420 1200
}

speech() {
  local variant data=$models/signals/speech
  for variant in content location; do
    local options=()
    [[ $variant == content ]] || options=(--location-aware --location-filters 4 --location-width 5)
    listener speech $variant --frame-stacking 3 --embedding-size 32 --encoder-hidden-size 48 --hidden-size 64 \
      --learning-rate 0.003 --epochs 8 "${options[@]}"
    "$alinea" align --model "$model" --features-folder $data --threads 1 --source $data/valid.lst \
      --target $data/valid.txt --output "$model.csv" 2>> "$work/messages"
    say "$variant: $(within_phonemes "$model.csv" $data/valid.ends)"
  done
}
# within_phonemes CSV ENDS: how often the largest weight of a phoneme is on a moment at which it is spoken. The CSV names
# positions by their seconds, ENDS has the frame of 10 ms in which each phoneme ends.
within_phonemes() {
  awk -F , '
    NR == FNR { ends[NR - 1] = $0; next }
    FNR == 1 || $3 == "</s>" { next }
    !(($1, $2) in frame) || $6 + 0 > largest[$1, $2] { largest[$1, $2] = $6 + 0; frame[$1, $2] = $5 / 0.01 }
    END {
      for (place in frame) {
        split(place, of, SUBSEP)
        split("0 " ends[of[1]], end, " ")
        begin = end[of[2] + 1]
        right += begin <= frame[place] && frame[place] <= end[of[2] + 2]
        ++all
      }
      printf "largest weight within the phoneme: %.1f %%", 100 * right / all
    }' "$2" "$1"
}
speech_picture() {
  local data=$models/signals/speech number=1
  line $data/valid.lst $number > "$work/one.lst"
  line $data/valid.txt $number > "$work/one.txt"
  "$alinea" align --model "$work/location" --features-folder $data --source "$work/one.lst" --target "$work/one.txt" \
    --heatmap "$work/heatmaps" --sound-page "$work/page.html" --threads 1 2>> "$work/messages"
  cp "$work/heatmaps/000000.svg" "$images/speech.svg"
}

# --- The pages, in the order of the papers ---

pages=(seq2seq glimpses bahdanau captions hard-attention speech luong summaries entailment coverage
  intra-attention documents reading convolutional self-attention transformer language-models)

usage() {
  echo "usage: docs/atlas/make.sh [--draw] NAME... | all | list; NAME is one of: ${pages[*]}" >&2
  exit 2
}

make_page() {
  page=$1 work=$models/$1
  local function=${page//-/_}
  mkdir -p "$images"
  if [[ -z $draw_only ]]; then
    rm -rf "$work"
    mkdir -p "$work"
    # The first seed comes last, so that its model is the one that is drawn.
    for ((seed = seeds; seed >= 1; --seed)); do "$function"; done
  fi
  "${function}_picture"
}

draw_only=''
[[ ${1:-} != --draw ]] || { draw_only=yes; shift; }
(($#)) || usage
case $* in
  list) printf '%s\n' "${pages[@]}"; exit ;;
  all) set -- "${pages[@]}" ;;
esac
for name; do [[ " ${pages[*]} " == *" $name "* ]] || usage; done
for name; do make_page "$name"; done
