#!/usr/bin/env bash
# links.sh PROJECT: every link of the documentation to a file of the project, and to a heading in one, leads
# there.
set -euo pipefail
cd "$1"

# anchors FILE: what the headings of a page are called in links, as GitHub makes them.
anchors() {
  awk '/^```/ { inside = !inside } !inside && /^#+ / { sub(/^#+ +/, ""); print }' "$1" |
    sed -E 's/`//g; s/\[([^]]*)\]\([^)]*\)/\1/g' | tr '[:upper:]' '[:lower:]' |
    sed -E 's/[^[:alnum:] _-]//g; s/ /-/g'
}

# links FILE: the targets of its links, without what stands in code.
links() {
  awk '/^```/ { inside = !inside } !inside' "$1" | sed -E 's/`[^`]*`//g' |
    grep -oE '\]\([^) ]+\)' | sed -E 's/^\]\(//; s/\)$//' || true
}

count=0 wrong=0
while IFS= read -r page; do
  while IFS= read -r link; do
    [[ -n $link && $link != http*://* ]] || continue
    count=$((count + 1))
    path=${link%%#*} anchor=''
    [[ $link != *'#'* ]] || anchor=${link#*#}
    file=$page
    [[ -z $path ]] || file=$(dirname "$page")/$path
    if [[ ! -e $file ]]; then
      echo "$page: the link $link leads nowhere" >&2
      wrong=1
    elif [[ $file == *.md && -n $anchor ]] && ! anchors "$file" | grep -qxF -- "$anchor"; then
      echo "$page: $file has no heading $anchor" >&2
      wrong=1
    fi
  done < <(links "$page")
done < <(find README.md CHANGELOG.md corpora docs -name '*.md' | sort)
((count > 30)) || { echo "only $count links were found" >&2; exit 1; }
exit $wrong
