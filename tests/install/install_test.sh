#!/usr/bin/env bash
# install_test.sh CMAKE BUILD SOURCE [OPTION...]: installs the build, trains a tiny model with what was
# installed, builds docs/example against it, given the options, and has both translate.
set -euo pipefail
cmake=$1 build=$2 source=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "install_test.sh: $*" >&2
  exit 1
}

"$cmake" --install "$build" --prefix "$work/usr" > /dev/null
cd "$work"
"$cmake" -S "$source/docs/example" -B example -DCMAKE_PREFIX_PATH="$work/usr" "$@" > configure.log ||
  { cat configure.log; fail "the example is not configured"; }
"$cmake" --build example > build.log || { cat build.log; fail "the example does not build"; }

export OMP_WAIT_POLICY=passive
for side in train valid; do
  for language in de en; do
    head -n 200 "$source/corpora/numbers/$side.$language" > $side.$language
  done
done
usr/bin/alinea train --source train.de --target train.en --valid-source valid.de \
  --valid-target valid.en --model model --embedding-size 7 --hidden-size 12 --batch-size 16 \
  --updates 40 --learning-rate 0.01 2> train.log || { cat train.log; fail "no model is trained"; }

{ sed -n 3,9p train.de; echo; echo 'no such words'; } > input
usr/bin/alinea translate --model model < input > expected
example/example model < input > output
grep -q . expected || fail "expected translations, got empty lines"
cmp expected output || fail "the example translates otherwise than the program"

# The same program by pkg-config, as a makefile would build it.
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find usr -name alinea.pc)")
[[ $(pkg-config --modversion alinea) == "$(usr/bin/alinea --version | sed -n '1s/^[^0-9]*\([0-9.]*\).*/\1/p')" ]] ||
  fail "alinea.pc has another version than the program: $(pkg-config --modversion alinea)"
compiler=g++ own_flags=()
for option; do
  case $option in
    -DCMAKE_CXX_COMPILER=*) compiler=${option#*=} ;;
    -DCMAKE_CXX_FLAGS=*) read -ra own_flags <<< "${option#*=}" ;;
  esac
done
read -ra flags <<< "$(pkg-config --cflags --libs alinea)"
"$compiler" -std=c++20 "${own_flags[@]}" "$source/docs/example/main.cpp" "${flags[@]}" -o by_pkg_config ||
  fail "the example does not build with pkg-config"
LD_LIBRARY_PATH=$(dirname "$(find usr -name 'libalinea.*' -print -quit)") ./by_pkg_config model < input > output
cmp expected output || fail "the example translates otherwise when it is built with pkg-config"

if example/example missing < input 2> message; then fail "a missing model is accepted"; fi
grep -q missing message || fail "expected a message about the model, got $(cat message)"

for file in bin/alinea share/man/man1/alinea{,-train,-translate}.1.gz \
  share/bash-completion/completions/alinea \
  share/doc/alinea/{README.md,CHANGELOG.md,LICENSE,docs/model.md,docs/images/verb-last.svg}; do
  [[ -s usr/$file ]] || fail "$file is not installed"
done
for page in $(cd usr/share/doc/alinea && find . -name '*.md'); do
  # Blocks of code are no links: [](int64_t) is a lambda.
  for link in $(awk '/^ *```/ { code = !code } !code' "usr/share/doc/alinea/$page" |
    grep -oE '\]\([^) #:]+[)#]' | tr -d ']()#'); do
    [[ -e usr/share/doc/alinea/$(dirname "$page")/$link ]] ||
      fail "the installed $page links to $link, which is not installed"
  done
done

headers=$(cd usr/include && find . -type f | sort | tr '\n' ' ')
expected='./alinea/classify.h ./alinea/export.h ./alinea/look.h ./alinea/read.h ./alinea/tag.h ./alinea/translate.h ./alinea/write.h '
[[ $headers == "$expected" ]] ||
  fail "expected the headers of the library, got $headers"
