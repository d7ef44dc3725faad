#!/usr/bin/env bash
# equations.sh [--update] [PROJECT]: whether the code of every row in docs/equations.md and in the pages of
# docs/atlas stands in the line that the row names. With --update rows whose code has moved get the number of
# the nearest line that holds it.
set -euo pipefail
update=''
[[ ${1:-} != --update ]] || { update=yes; shift; }
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

# nearest FILE CODE LINE: the number of the line that holds CODE, and is nearest to LINE.
nearest() {
  grep -nF -- "$2" "$1" | cut -d : -f 1 |
    awk -v line="$3" '{ far = $1 < line ? line - $1 : $1 - line }
                      best == "" || far < least { best = $1; least = far } END { print best }' || true
}

rows=0 wrong=0
for page in docs/equations.md docs/atlas/*.md; do
  while IFS= read -r row; do
    [[ $row =~ \[([^]:]+):([0-9]+)\]\((\.\./)+src/([^\)#]+)#L([0-9]+)\)\ \|\ \`(.+)\`\ \|$ ]] || {
      [[ $row != *'](../'*'src/'*'#L'* ]] ||
        { echo "$page: this row has another form than the others: $row" >&2; wrong=1; }
      continue
    }
    rows=$((rows + 1))
    file=${BASH_REMATCH[1]} line=${BASH_REMATCH[2]} code=${BASH_REMATCH[6]}
    [[ ${BASH_REMATCH[4]} == "$file" && ${BASH_REMATCH[5]} == "$line" ]] ||
      { echo "$page: text and link differ: $row" >&2; wrong=1; }
    there=$([[ -f src/$file ]] && nearest "src/$file" "$code" "$line")
    if [[ -z $there ]]; then
      echo "$page: src/$file has no line with: $code" >&2
      wrong=1
    elif [[ $there != "$line" && -n $update ]]; then
      new=${row//"$file:$line]"/"$file:$there]"}
      new=${new//"$file#L$line)"/"$file#L$there)"}
      old=$row new=$new awk '$0 == ENVIRON["old"] { print ENVIRON["new"]; next } { print }' \
        "$page" > "$page.new"
      mv "$page.new" "$page"
    elif [[ $there != "$line" ]]; then
      echo "$page: line $line of src/$file was to hold what line $there holds now: $code" >&2
      wrong=1
    fi
  done < <(cat "$page")
  ((rows > 0)) || { echo "$page: no rows were understood" >&2; exit 1; }
done
((rows > 250)) || { echo "only $rows rows were understood" >&2; exit 1; }
[[ $wrong == 0 ]] || { echo 'where lines have only moved: tests/docs/equations.sh --update' >&2; exit 1; }
