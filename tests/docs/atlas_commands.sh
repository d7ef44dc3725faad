#!/usr/bin/env bash
# atlas_commands.sh PROJECT BUILD PAGE...: the scripts of these pages of the atlas run to their end and draw what
# the pages show. To be quick, every training ends after 20 updates.
set -euo pipefail
project=$1 build=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat > "$scratch/alinea" << TEXT
#!/usr/bin/env bash
[[ \$1 != train* ]] || set -- "\$@" --updates 20
exec "$build/alinea" "\$@"
TEXT
# The packages that run.sh installs have no Python.
printf '#!/usr/bin/env bash\ntouch "%s/python"\nexit 1\n' "$scratch" > "$scratch/python3"
chmod +x "$scratch/alinea" "$scratch/python3"
export PATH=$scratch:$PATH
export ALINEA=$scratch/alinea GENERATE_SIGNALS=$build/generate_signals WORK=$scratch/models
export IMAGES=$scratch/images BROWSER='' OMP_NUM_THREADS=1
for page; do
  "$project/docs/atlas/make.sh" "$page" > "$scratch/said" 2>&1 || {
    echo "docs/atlas/make.sh $page failed:" >&2
    cat "$scratch/said" >&2
    exit 1
  }
  [[ ! -e $scratch/python ]] || { echo "docs/atlas/make.sh $page needs python3" >&2; exit 1; }
  while IFS= read -r image; do
    # Without a browser a page of HTML lies there in the place of its picture.
    [[ -s $IMAGES/$image || $image == *.png && -n $(find "$WORK/$page" -name '*.html') ]] ||
      { echo "docs/atlas/make.sh $page does not draw $image" >&2; exit 1; }
  done < <(grep -oE '\(\.\./images/atlas/[^)]+' "$project/docs/atlas/$page.md" | sed 's|.*/||')
done
