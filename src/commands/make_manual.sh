#!/bin/sh
# make_manual.sh ALINEA FOLDER: the manual pages, gzipped, and the completion for bash, as the program
# tells them.
set -eu
program=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder/man1" "$folder/completions"
"$program" --help=man > "$folder/man1/alinea.1"
for command in $("$program" --help=commands); do
  "$program" "$command" --help=man > "$folder/man1/alinea-$command.1"
done
gzip -9n "$folder"/man1/*
"$program" --help=bash > "$folder/completions/alinea"
