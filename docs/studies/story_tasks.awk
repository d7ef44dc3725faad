# The number of the bAbI task of every question in a file whose tasks are mixed, a line each, told by the words of its
# story:
#
#   awk -f story_tasks.awk STORIES

function task_of(question, story) {
  if (question ~ /^Where was/) return story ~ /yesterday|this morning|this afternoon|this evening/ ? 14 : 3
  if (question ~ /^Where will|^Why/) return 20
  if (question ~ /^Where is the/) return 2
  if (question ~ /^Where is/) {
    if (story ~ / they /) return 13
    if (story ~ / (he|she) /) return 11
    return story ~ / and / ? 12 : 1
  }
  if (question ~ /^How many/) return 7
  if (question ~ /^How do/) return 19
  if (question ~ /^What color/) return 16
  if (question ~ /carrying/) return 8
  if (question ~ /afraid/) return 15
  if (question ~ /^What is/) return 4
  if (question ~ /^Who|^What did/) return 5
  if (question ~ /^Does|bigger|fit/) return 18
  if (question ~ /^Is the/) return 17
  if (story ~ / (fred|bill|julie) /) return 10
  return story ~ / no longer | is not / ? 9 : 6
}

function finish(   i) {
  for (i = 1; i <= count; ++i) print task_of(questions[i], story)
  count = 0
  story = ""
}

$1 == 1 { finish() }
{
  text = $0
  sub(/^[0-9]+ */, "", text)
  if (text ~ /\t/) questions[++count] = text
  else story = story " " tolower(text) " "
}
END { finish() }
