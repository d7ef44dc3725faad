#!/usr/bin/env bash
# run_commands.sh PROJECT PROGRAM FILE...: runs what the documentation tells its readers to run.
#
# In a FILE, Markdown below PROJECT, `<!-- run -->` stands above a block of shell commands that is
# run and `<!-- not run: REASON -->` above one that is not; a block that calls build/alinea without
# either is an error. The blocks of a file run one behind the other in a folder of their own, where
# build/alinea and corpora/ lie as in the repository. To be quick, those corpora are the first lines
# of the real ones, and a training that names no --updates ends after 20. Nothing else is changed.
set -euo pipefail
project=$1 program=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# lay_out FOLDER: what the commands of a file find.
lay_out() {
  local file lines
  mkdir -p "$1"/build "$1"/corpora/{numbers,letters,toys/{notes,orders,pairs,pronouns,questions}}
  for file in "$project"/corpora/numbers/*.{de,en,gold} "$project"/corpora/letters/*.{tsv,gold} \
    "$project"/corpora/toys/*/*.tsv; do
    [[ $file == */train.* ]] && lines=300 || lines=30
    head -n $lines "$file" > "$1/${file#"$project"/}"
  done
  cat > "$1/build/alinea" << TEXT
#!/usr/bin/env bash
case "\$1 \$*" in
  train*' --updates '* | train*' --help'*) ;;
  train*) set -- "\$@" --updates 20 ;;
esac
exec "$program" "\$@"
TEXT
  chmod +x "$1/build/alinea"
}

# blocks FILE FOLDER: writes every block of the file to FOLDER/NNN, its mark to FOLDER/NNN.mark.
blocks() {
  awk -v folder="$2" '
    /^```/ && inside { inside = 0; close(block); next }
    /^```/ {
      inside = 1
      block = sprintf("%s/%03d", folder, ++count)
      print mark > (block ".mark")
      printf "" > block
      next
    }
    inside { print > block; next }
    /^<!-- (run|not run: .*[a-z].*) -->$/ { mark = $0; next }
    { mark = "" }' "$1"
}

count=0
for file; do
  folder=$scratch/${file//\//-}
  mkdir -p "$folder.blocks"
  lay_out "$folder"
  blocks "$project/$file" "$folder.blocks"
  for block in "$folder.blocks"/???; do
    case $(< "$block.mark") in
      '<!-- run -->')
        count=$((count + 1))
        if ! (cd "$folder" && OMP_NUM_THREADS=1 bash -euo pipefail "$block") > "$scratch/said" 2>&1; then
          echo "$file says to run what fails:" >&2
          cat "$block" "$scratch/said" >&2
          exit 1
        fi
        ;;
      '')
        if grep -q 'build/alinea' "$block"; then
          echo "$file has commands without a mark 'run' or 'not run: REASON' above them:" >&2
          cat "$block" >&2
          exit 1
        fi
        ;;
    esac
  done
done
((count > 0)) || { echo "no commands were found" >&2; exit 1; }
