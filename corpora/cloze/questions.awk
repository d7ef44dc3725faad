# Cloze questions of sentences, a line "LINE TAB TOKEN TAB ANSWER TAB CANDIDATES" each, LINE and TOKEN counted from 0:
#
#   awk -v kind=names|nouns -v nouns=FILE -v begins=FILE -f questions.awk SENTENCES
#
# The document of a question is the 20 sentences before it, of the same text; `begins` has the number of the
# first line of every text. Of each sentence one word is asked for, which occurs in the document; candidates are up to 10
# words of its kind out of the document. Names are words that have a capital inside of sentences, and nearly never none;
# common nouns are those of the list `nouns`, and their plurals. It draws the same numbers everywhere.

function draw(bound) {
  state = (state * 16807) % 2147483647
  return state % bound
}

function plural(noun) {
  if (noun ~ /(s|x|z|ch|sh)$/) return noun "es"
  if (noun ~ /[^aeiou]y$/) return substr(noun, 1, length(noun) - 1) "ies"
  return noun "s"
}

# Whether a word begins a sentence, or what somebody says in it.
function is_first(i) { return i == 1 || words[i - 1] ~ /^(["'`.!?:]|--+|\.\.\.+)$/ }

function count_words(   i) {
  for (i = 1; i <= size; ++i) {
    if (words[i] ~ /^[A-Z][a-z]+[A-Za-z'-]*$/) {
      ++capitals[tolower(words[i])]
      if (!is_first(i)) ++inside[words[i]]
    } else if (words[i] ~ /^[a-z]/) {
      ++small[words[i]]
    }
  }
}

function is_answer(word,   low) {
  if (kind == "nouns") return word in is_noun
  low = tolower(word)
  return inside[word] >= 2 && small[low] <= 0.05 * capitals[low] && !(low in titles)
}

BEGIN {
  state = 4711
  context = 20
  most = 10
  least = kind == "names" ? 4 : most
  split("mr mrs ms miss dr i'm i'll i've i'd", list, " ")
  for (i in list) titles[list[i]]
  while ((getline word < nouns) > 0) { is_noun[word]; is_noun[plural(word)] }
  while ((getline line < begins) > 0) is_begin[line + 1]
}

{
  lines[NR] = $0
  size = split($0, words, " ")
  count_words()
}

# The words of the kind in the document, in the order in which they come: candidates[1 ... count].
function find_candidates(line,   i, t, n, tokens) {
  count = 0
  split("", seen)
  for (i = line - context; i < line; ++i) {
    n = split(lines[i], tokens, " ")
    for (t = 1; t <= n; ++t)
      if (!(tokens[t] in seen) && is_answer(tokens[t])) {
        seen[tokens[t]]
        candidates[++count] = tokens[t]
      }
  }
}

# One of the words of a line that the document has, or 0.
function choose_word(   i, places, found) {
  found = 0
  for (i = 1; i <= size; ++i)
    if (words[i] in seen) places[++found] = i
  return found == 0 ? 0 : places[1 + draw(found)]
}

function print_question(line, place,   i, j, text, taken, answer) {
  answer = words[place]
  # The answer, and others at random; then all of them in random order.
  for (i = 1; candidates[i] != answer; ++i) {}
  candidates[i] = candidates[1]
  candidates[1] = answer
  taken = count < most ? count : most
  for (i = 2; i <= taken; ++i) {
    j = i + draw(count - i + 1)
    text = candidates[i]; candidates[i] = candidates[j]; candidates[j] = text
  }
  for (i = taken; i > 1; --i) {
    j = 1 + draw(i)
    text = candidates[i]; candidates[i] = candidates[j]; candidates[j] = text
  }
  text = candidates[1]
  for (i = 2; i <= taken; ++i) text = text "|" candidates[i]
  print line - 1 "\t" place - 1 "\t" answer "\t" text
}

END {
  for (line = 1; line <= NR; ++line) {
    if (line in is_begin) begin = line
    if (line - begin < context) continue
    find_candidates(line)
    if (count < least) continue
    size = split(lines[line], words, " ")
    place = choose_word()
    if (place > 0) print_question(line, place)
  }
}
