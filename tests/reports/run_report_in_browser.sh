#!/usr/bin/env bash
# run_report_in_browser.sh PROJECT PROGRAM CHROMIUM: the page of `alinea report` as a browser runs it,
# 360 pixels wide: its curves are drawn, its words answer to the focus and to arrow keys, nothing is
# wider than the window, and text with markup in it stays text.
set -euo pipefail
project=$1 program=$2 chromium=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export OMP_NUM_THREADS=1
head -n 200 "$project/corpora/numbers/train.de" > train.de
head -n 200 "$project/corpora/numbers/train.en" > train.en
"$program" train --source train.de --target train.en --valid-source train.de --valid-target train.en \
  --model model --embedding-size 7 --hidden-size 6 --updates 4 --log-every 1 2> train.log ||
  { cat train.log >&2; exit 1; }
long=$(printf 'x%.0s' {1..90})
echo "drei <script>parent.alarm()</script> <img/src=x/onerror=parent.alarm()> $long" > source
# A column's name comes out of the folder as well.
sed -i '1s/gradient_norm/<img src=x onerror=parent.alarm()>/' model/training.csv
"$program" report --model model --output page.html --source source --samples 3

cat > harness.html << 'HTML'
<!DOCTYPE html><iframe src="page.html" width="360" height="900"></iframe><pre id="said"></pre>
<script>
const said = [], say = (what, good) => said.push(`${good ? 'good' : 'BAD'}: ${what}`);
window.alarm = () => say('text was taken for markup', false);
const press = (element, key) => element.dispatchEvent(
    new element.ownerDocument.defaultView.KeyboardEvent('keydown', {key, bubbles: true}));
addEventListener('load', () => setTimeout(() => {
  const page = document.querySelector('iframe').contentDocument;
  const charts = [...page.querySelectorAll('.chart')];
  say(`${charts.length} curves`, charts.length >= 4 && charts.every((c) => c.querySelector('canvas')));
  charts[0].focus();
  press(charts[0], 'ArrowLeft');
  const values = charts[0].parentElement.querySelector('.values').textContent;
  say(`a curve read by keys: ${values}`, /4: loss: [0-9.]+ valid_loss: [0-9.]+/.test(values.replace(/\s+/g, ' ')));
  const words = [...page.querySelectorAll('.translation button')];
  words[0].focus();
  const weights = [...page.querySelectorAll('.source button')].map(
      (word) => Number(word.style.getPropertyValue('--weight')));
  const sum = weights.reduce((a, b) => a + b);
  say(`weights of a word add up to ${sum}`, Math.abs(sum - 1) < 0.01);
  say(page.querySelector('.told').textContent, / attends to /.test(page.querySelector('.told').textContent));
  press(words[0], 'ArrowRight');
  say('an arrow goes to the next word', words.length > 1 && page.activeElement === words[1]);
  page.activeElement.blur();
  say('nothing is left of the weights', page.querySelector('.told').textContent === '');
  const {scrollWidth: width, clientWidth: room} = page.documentElement;
  say(`${width} pixels wide, with room for ${room}`, width <= room);
  page.querySelectorAll('details').forEach((details) => { details.open = true; });
  say('nor wider with all details open', page.documentElement.scrollWidth <= room);
  document.getElementById('said').textContent = [...said, 'end'].join('\n');
}, 200));
</script>
HTML
timeout 300 "$chromium" --headless --no-sandbox --disable-gpu --allow-file-access-from-files \
  --user-data-dir="$scratch/profile" --window-size=800,1000 --virtual-time-budget=5000 \
  --dump-dom "file://$scratch/harness.html" > dom.html 2> browser.log
sed -n '/id="said"/,/<\/pre>/p' dom.html
grep -q '^end<' dom.html || { cat browser.log >&2; exit 1; }
! grep -q 'BAD:' dom.html
