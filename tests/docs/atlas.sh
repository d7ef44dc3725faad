#!/usr/bin/env bash
# atlas.sh PROJECT: every page of the atlas is there, in the index in the order of docs/atlas/make.sh, with its
# sections, its command and its pictures; no picture lies there that no page shows.
set -euo pipefail
cd "$1"
mapfile -t pages < <(docs/atlas/make.sh list)
wrong=0
complain() {
  echo "$*" >&2
  wrong=1
}
((${#pages[@]} >= 17)) || complain "docs/atlas/make.sh: only ${#pages[@]} pages"
for page in "${pages[@]}"; do
  file=docs/atlas/$page.md
  [[ -e $file ]] || { complain "there is no $file"; continue; }
  for section in 'The equation' 'The picture' 'The command' 'What the paper reports' 'What we measured' \
    'What surprised us'; do
    grep -qxF "## $section" "$file" || complain "$file: there is no section '$section'"
  done
  grep -qxF "./run.sh atlas $page" "$file" || complain "$file: it does not print its command"
  grep -qE '^!\[.+\]\(\.\./images/atlas/.+\)$' "$file" || complain "$file: it has no picture with a description"
done
for file in docs/images/atlas/*; do
  grep -qF "(../images/atlas/$(basename "$file"))" docs/atlas/*.md || complain "no page shows $file"
done
listed=$(grep -oE '\]\([a-z0-9-]+\.md\)' docs/atlas/README.md | sed -E 's/^\]\((.*)\.md\)$/\1/')
[[ $listed == "$(printf '%s\n' "${pages[@]}")" ]] ||
  complain "docs/atlas/README.md lists other pages, or in another order, than docs/atlas/make.sh"
exit $wrong
