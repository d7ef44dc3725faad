#!/usr/bin/env bash
# cloze_test.sh FOLDER PROGRAM: what corpora/cloze makes of texts, and that PROGRAM, alinea, learns from it.
set -euo pipefail
make=$1/make.sh
alinea=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "cloze_test.sh: $*" >&2
  exit 1
}

# book NUMBER SENTENCES: people with names of their own go about; four names and a dozen nouns in any 20 sentences.
book() {
  local names=(Anna Bruno Clara Dirk Emma Franz) nouns=(dog cat table chair house garden tree horse apple bread) i
  printf 'A preface that counts for nothing.\n\n*** START OF THE PROJECT ***\n\n'
  for ((i = 0; i < $2; ++i)); do
    printf 'Then %s and Mr. %s saw the %s, which the %s had left.\n"Well," said %s, \342\200\234it\342\200\231s mine!\342\200\235 \n' \
      "${names[(i + $1) % 6]}" "${names[(i * 5 + 2) % 6]}" "${nouns[(i * 3 + $1) % 10]}" "${nouns[(i * 7) % 10]}" \
      "${names[(i + 3) % 6]}"
    ((i % 5)) || printf '\nCHAPTER %d\n\n' "$i"
  done
  printf '\n*** END OF THE PROJECT ***\nOh, Licence and Licence and Licence.\n'
}

mkdir "$scratch/books"
for number in 1 2 3 4; do book "$number" 40 > "$scratch/books/$number.txt"; done
gzip "$scratch/books/2.txt"
"$make" "$scratch/out" --from "$scratch/books" > "$scratch/said"
grep -q '^train: ' "$scratch/said" || fail "it says: $(cat "$scratch/said")"
grep -qx 'Then Bruno and Mr. Clara saw the cat , which the dog had left .' "$scratch/out/train.txt" ||
  fail "the first sentence is: $(head -n 1 "$scratch/out/train.txt")"
grep -qx "\" Well , \" said Dirk , \" it's mine ! \"" "$scratch/out/train.txt" || fail "quotes are not words"
if grep -qE 'preface|Licence|CHAPTER|PROJECT' "$scratch/out"/*; then fail "something that is no sentence is one"; fi

# The answer is the token at its place, stands in the 20 lines before it, and so do all candidates.
for part in train valid test; do
  for kind in names nouns; do
    questions=$scratch/out/$part.$kind.tsv
    (($(wc -l < "$questions") > 20)) || fail "there are too few questions on $part.$kind"
    awk -F '\t' '
      NR == FNR { lines[NR - 1] = $0; next }
      {
        split(lines[$1], words, " ")
        if (words[$2 + 1] != $3) { print "not the answer: " $0; exit 1 }
        document = " "
        for (i = $1 - 20; i < $1; ++i) document = document lines[i] " "
        count = split($4, candidates, "|")
        if (count < 4 || count > 10) { print "candidates: " $0; exit 1 }
        has_answer = 0
        split("", seen)
        for (c = 1; c <= count; ++c) {
          if (index(document, " " candidates[c] " ") == 0 || seen[candidates[c]]++) { print "candidate " candidates[c] ": " $0; exit 1 }
          has_answer += candidates[c] == $3
        }
        if (!has_answer) { print "no answer: " $0; exit 1 }
      }' "$scratch/out/$part.txt" "$questions" || fail "a question of $part.$kind is wrong"
  done
  if cut -f 3- "$scratch/out/$part.names.tsv" | grep -qE 'Then|Well|Mr|dog'; then fail "no name: in $part"; fi
  if cut -f 3- "$scratch/out/$part.nouns.tsv" | grep -qE 'Anna|saw|left|which'; then fail "no noun: in $part"; fi
done
# No document reaches into the book before: there are two in train.
second=$(awk 'FNR > 1 && /Then Clara and Mr. Clara/ { print FNR - 1 }' "$scratch/out/train.txt" | head -n 1)
awk -F '\t' -v second="$second" '$1 >= second && $1 < second + 20 { exit 1 }' "$scratch/out/train.names.tsv" ||
  fail "a document reaches into another book, which begins at line $second"

before=$(cat "$scratch"/out/* | cksum)
"$make" "$scratch/out" --from "$scratch/books" > /dev/null
[[ $(cat "$scratch"/out/* | cksum) == "$before" ]] || fail "another run makes other questions"
"$alinea" train-reader --train "$scratch/out/train.names.tsv" --book "$scratch/out/train.txt" \
  --valid "$scratch/out/valid.names.tsv" --valid-book "$scratch/out/valid.txt" --model "$scratch/model" \
  --embedding-size 4 --hidden-size 4 --updates 1 --threads 1 2> "$scratch/said" ||
  fail "alinea does not learn from it: $(cat "$scratch/said")"
if grep -q 'does not stand' "$scratch/said"; then fail "an answer is missing: $(cat "$scratch/said")"; fi

# Folders of parts, and a list of nouns.
mkdir -p "$scratch/parts/train" "$scratch/parts/valid" "$scratch/parts/test"
for part in train valid test; do book 5 30 > "$scratch/parts/$part/a.txt"; done
printf '%s\n' dog cat table chair house garden tree horse apple bread mine > "$scratch/nouns"
"$make" "$scratch/out" --from "$scratch/parts" --nouns "$scratch/nouns" > /dev/null
cmp -s "$scratch/out/train.txt" "$scratch/out/test.txt" || fail "folders of parts are not read"
cut -f 3- "$scratch/out/train.nouns.tsv" | grep -q mine || fail "the list of nouns is not read"

# A licence longer than a pipe holds, plain and gzipped.
for part in train valid test; do seq -f 'Licence %.0f, which counts for nothing.' 10000 >> "$scratch/parts/$part/a.txt"; done
gzip "$scratch/parts/test/a.txt"
before=$(cat "$scratch"/out/* | cksum)
"$make" "$scratch/out" --from "$scratch/parts" --nouns "$scratch/nouns" > /dev/null || fail "a long licence is refused"
[[ $(cat "$scratch"/out/* | cksum) == "$before" ]] || fail "a long licence counts"

# Books that are downloaded, here by a curl of ours: sums are written once, and checked from then on.
mkdir "$scratch/bin"
cat > "$scratch/bin/curl" <<TEXT
#!/usr/bin/env bash
while ((\$#)); do [[ \$1 != --output ]] || file=\$2; shift; done
[[ ! -e "$scratch/offline" ]] || exit 7
cat "$scratch/page" > "\$file"
TEXT
chmod +x "$scratch/bin/curl"
book 6 30 > "$scratch/page"
export PATH=$scratch/bin:$PATH
"$make" "$scratch/loaded" > /dev/null
[[ $(wc -l < "$scratch/loaded/SHA256SUMS") == $(wc -l < "$1/books.tsv") ]] || fail "there are too few sums"
"$make" "$scratch/loaded" > /dev/null || fail "the same books are refused"

# refused STATUS TEXT ARGUMENTS...
refused() {
  local status=$1 text=$2 said found=0
  shift 2
  said=$("$make" "$@" 2>&1) || found=$?
  ((found == status)) || fail "status $status was expected of $*, got $found: $said"
  [[ $said == *"$text"* ]] || fail "it says of $*: $said"
}
sums=$(cat "$scratch/loaded/SHA256SUMS")
book 7 30 > "$scratch/page"
refused 1 'is another text than before' "$scratch/loaded"
[[ $(cat "$scratch/loaded/SHA256SUMS") == "$sums" ]] || fail "the sums were changed"
touch "$scratch/offline"
refused 1 'cannot download' "$scratch/none"
[[ ! -e $scratch/none ]] || fail "left behind: $(ls -A "$scratch/none")"
refused 2 'usage' --unknown
refused 2 'usage'
refused 1 'there is no folder' "$scratch/none" --from "$scratch/nowhere"
refused 1 'there is no file' "$scratch/none" --from "$scratch/books" --nouns "$scratch/nowhere"
refused 1 '--checksums' "$scratch/none" --from "$scratch/books" --checksums "$scratch/sums"
mkdir "$scratch/few"
book 1 9 > "$scratch/few/1.txt"
refused 1 'there is no text for train' "$scratch/none" --from "$scratch/few"
mkdir "$scratch/short"
for part in 1 2 3; do echo 'It was so.' > "$scratch/short/$part.txt"; done
refused 1 'no part has a question' "$scratch/none" --from "$scratch/short"
[[ ! -e $scratch/none ]] || fail "left behind: $(ls -A "$scratch/none")"
rm -r "$scratch/parts/valid"
refused 1 'there is no text for valid' "$scratch/none" --from "$scratch/parts"
mkdir "$scratch/parts/valid"
refused 1 'there is no text for valid' "$scratch/none" --from "$scratch/parts"
