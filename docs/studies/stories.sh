#!/usr/bin/env bash
# The study in stories.md: questions about stories of the bAbI tasks, by Transformers and Universal Transformers.
#
#   docs/studies/stories.sh DATA OUT [VARIANT...]
#
# DATA contains babi/qa1-10k.train.txt.gz and qa1-10k.test.txt.gz, task 1 alone, and babi/train.txt.gz, all 20 tasks with
# 1,000 questions each, mixed; of its stories every tenth is held out. Called again, the script continues with what is
# missing. THREADS, SEED and EPOCHS in the environment change the training.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/study.sh"

(($# >= 2)) || usage 'DATA OUT [VARIANT...]'
data=$(realpath "$1")
begin "$2"
shift 2
threads=${THREADS:-1}
seed=${SEED:-1}

prepare() {
  [[ ! -e $out/all.held-out ]] || return 0
  zcat "$data/babi/qa1-10k.train.txt.gz" > "$out/qa1.train"
  zcat "$data/babi/qa1-10k.test.txt.gz" > "$out/qa1.held-out"
  zcat "$data/babi/train.txt.gz" | awk -v out="$out/all" '
    $1 == 1 { ++story }
    { print > (out (story % 10 == 0 ? ".held-out.new" : ".train")) }'
  mv "$out/all.held-out.new" "$out/all.held-out"
}

# variant NAME CORPUS EPOCHS OPTION...
variant() {
  local name=$1 corpus=$2 epochs=${EPOCHS:-$3}
  shift 3
  [[ ! -e $out/$name.scores ]] || return 0
  "$alinea" train-reader --stories --train "$out/$corpus.train" --valid-share 0.05 --model "$out/$name" --seed "$seed" \
    --epochs "$epochs" --patience 0 --threads "$threads" --batch-size 64 --max-facts 70 "$@" > "$out/$name.log" 2>&1
  "$alinea" answer --model "$out/$name" --input "$out/$corpus.held-out" --labelled --choices 1 --threads "$threads" \
    ${looks[@]+"${looks[@]}"} 2> "$out/$name.scores.new" > "$out/$name.answers"
  mv "$out/$name.scores.new" "$out/$name.scores"
}

# by_task NAME CORPUS: error and, where positions halt, steps, by task.
by_task() {
  [[ -e $out/$1.scores ]] || return 0
  paste <(awk -f docs/studies/story_tasks.awk "$out/$2.held-out") \
    <(grep -P '\t' "$out/$2.held-out" | cut -f 2) <(cut -f 1 "$out/$1.answers") \
    <(if [[ -e $out/$1.csv ]]; then steps "$out/$1.csv"; fi) |
    awk -F '\t' '{ ++count[$1]; wrong[$1] += $2 != $3; steps[$1] += $4 }
      END { for (task in count) printf "%d\t%.1f\t%s\n", task, 100 * wrong[task] / count[task],
        steps[task] ? sprintf("%.2f", steps[task] / count[task]) : "" }' |
    sort -n
}

# The mean steps of the sentences of each question, a line each: the last column of each row of its first head.
steps() {
  tr -d '\r' < "$1" | awk -F ',' '
    NR == 1 { if ($NF != "steps") exit; next }
    $2 != 0 || $3 != 0 { next }
    $1 != question && NR > 2 { print sum / count; sum = count = 0 }
    { question = $1; sum += $NF; ++count }
    END { if (count) print sum / count }'
}

report() {
  local name
  echo "| | error % |"
  echo "|---|---|"
  for name in "$out"/*.scores; do
    sed -nE "s/.*accuracy ([0-9.]+).*/\\1/p" "$name" |
      awk -v name="$(basename "$name" .scores)" '{ printf "| %s | %.1f |\n", name, 100 * (1 - $1) }'
  done
  for name in plain universal halting recurrent; do
    [[ -e $out/$name.scores ]] || continue
    echo
    echo "$name: task, error, steps"
    by_task "$name" all
  done
  for name in plain universal halting; do
    [[ -e $out/$name.csv ]] || continue
    echo
    echo "$name: attention"
    "$alinea" evaluate --attention "$out/$name.csv" --stories "$out/all.held-out"
  done
}

prepare
transformer=(--encoder transformer --embedding-size 64 --heads 4 --feed-forward-size 128 --layers 4 --dropout 0.1)
rate=(--learning-rate 0.001 --schedule plateau --decay-patience 3)
run() {
  local looks=()
  case $1 in
    qa1) variant qa1 qa1 12 --encoder transformer --embedding-size 64 --heads 4 --feed-forward-size 128 --layers 4 \
      --universal --halting ;;
    recurrent) variant recurrent all 40 --embedding-size 64 --hidden-size 64 "${rate[@]}" ;;
    plain) looks=(--attention "$out/plain.csv"); variant plain all 40 "${transformer[@]}" "${rate[@]}" ;;
    universal) looks=(--attention "$out/universal.csv"); variant universal all 40 "${transformer[@]}" --universal "${rate[@]}" ;;
    halting) looks=(--attention "$out/halting.csv")
      variant halting all 40 "${transformer[@]}" --universal --halting "${rate[@]}" ;;
    *) echo "$0: unknown variant $1" >&2; exit 2 ;;
  esac
}
(($#)) || set -- qa1 plain universal halting recurrent
for name in "$@"; do run "$name"; done
report | tee "$out/report.md"
