#!/usr/bin/env bash
# pages_in_browser.sh PROJECT PROGRAM CHROMIUM: the pages of `alinea report` and `alinea align` as a browser
# runs them, 360 pixels wide: curves are drawn, words and cells answer to the focus and to arrow keys, the
# colours of pages are those of pictures, light and dark, sentences are sorted and found, drawings are
# saved, nothing is wider than the window, and text with markup in it stays text.
set -euo pipefail
project=$1 program=$2 chromium=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export OMP_NUM_THREADS=1
head -n 200 "$project/corpora/numbers/train.de" > train.de
head -n 200 "$project/corpora/numbers/train.en" > train.en
for seed in 1 2; do
  "$program" train --source train.de --target train.en --valid-source train.de --valid-target train.en \
    --model "model$seed" --seed $seed --embedding-size 7 --hidden-size 6 --updates 4 --log-every 1 2> train.log ||
    { cat train.log >&2; exit 1; }
done
long=$(printf 'x%.0s' {1..90})
echo "drei <script>parent.alarm()</script> <img/src=x/onerror=parent.alarm()> $long" > source
# A column's name comes out of the folder as well.
sed -i '1s/gradient_norm/<img src=x onerror=parent.alarm()>/' model1/training.csv
"$program" report --model model1 --compare model2 --output report.html --source source --samples 3

# A sentence of 70 words, whose weights are all small; one from right to left; one with gold links.
{ printf 'wort%d ' {1..70}; echo; echo 'שלום <script>parent.alarm()</script>'; echo 'drei eins'; } > pairs.de
{ printf 'word%d ' {1..30}; echo; echo 'مرحبا world'; echo 'three one'; } > pairs.en
printf '0-0\n0-0\n0-0 1?1\n' > gold
"$program" align --model model1 --source pairs.de --target pairs.en --alignment-unit word --gold gold \
  --heatmap pictures --heatmap-page matrices.html --attention-page lines.html

# A classifier of documents, two sentences each.
for i in {1..20}; do printf 'good\ta fine film %d. i like it\nbad\ta poor film %d. i left\n' $i $i; done > documents
"$program" train-classifier --train documents --valid documents --model films --embedding-size 5 --hidden-size 4 \
  --updates 4 --threads 1 2> train.log || { cat train.log >&2; exit 1; }
printf 'a fine <b>film</b>. i like it\nשלום\n' |
  "$program" classify --model films --highlight documents.html > classes

cat > harness.html << 'HTML'
<!DOCTYPE html><pre id="said" hidden></pre>
<iframe id="report" src="report.html" width="360" height="900"></iframe>
<iframe id="matrices" src="matrices.html" width="360" height="2400"></iframe>
<iframe id="lines" src="lines.html" width="360" height="2400"></iframe>
<iframe id="documents" src="documents.html" width="360" height="900"></iframe>
<iframe id="picture" src="pictures/000000.svg" width="360" height="900"></iframe>
<script>
const said = [], say = (what, good) => said.push(`${good ? 'good' : 'BAD'}: ${what}`);
window.alarm = () => say('text was taken for markup', false);
const inside = (id) => document.getElementById(id).contentDocument;
const press = (element, key) => element.dispatchEvent(
    new element.ownerDocument.defaultView.KeyboardEvent('keydown', {key, bubbles: true}));
const change = (control, value) => {
  control.value = value;
  for (const event of ['input', 'change']) control.dispatchEvent(new Event(event, {bubbles: true}));
};
const colour = (element, property) => element.ownerDocument.defaultView.getComputedStyle(element)[property];
const inHex = (rgb) => '#' + rgb.match(/\d+/g).slice(0, 3).map((n) => Number(n).toString(16).padStart(2, '0')).join('');

function checkWidth(id) {
  const page = inside(id), {scrollWidth: width, clientWidth: room} = page.documentElement;
  say(`${id}: ${width} pixels wide, with room for ${room}`, width <= room);
  page.querySelectorAll('details').forEach((details) => { details.open = true; });
  say(`${id}: nor wider with all details open`, page.documentElement.scrollWidth <= room);
}

// The two buttons of a drawing save it as an SVG that contains these words, and as a PNG.
async function checkSaved(what, buttons, words) {
  const window = buttons[0].ownerDocument.defaultView, saved = [], names = [];
  window.URL.createObjectURL = (blob) => { saved.push(blob); return 'about:blank'; };
  window.HTMLAnchorElement.prototype.click = function () { names.push(this.download); };
  buttons[0].click();
  const svg = await saved[0].text();
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const missing = words.filter((word) => ![...parsed.querySelectorAll('text')].some((text) => text.textContent === word));
  say(`${what}: an SVG is saved, without ${missing.length ? missing : 'nothing'}`,
      parsed.localName === 'svg' && /rgb\(|#[0-9a-f]{6}/.test(svg) && !svg.includes('var(') && !svg.includes('NaN') && !missing.length &&
      parsed.getAttribute('role') === 'img' && parsed.querySelector('title').textContent.trim().length > 3);
  buttons[1].click();
  for (let i = 0; i < 40 && saved.length < 2; ++i) await new Promise((resolve) => setTimeout(resolve, 50));
  say(`${what}: a PNG is saved: ${saved[1]?.size} bytes in ${names[1]}`,
      saved[1]?.type === 'image/png' && saved[1].size > 1000 && names[1].endsWith('.png'));
  return parsed;
}

const toolsOf = (section) => [...section.querySelectorAll('.tools button')].filter((button) => /Save as/.test(button.getAttribute('aria-label')));

async function checkReport() {
  const page = inside('report'), charts = [...page.querySelectorAll('.chart')];
  say(`${charts.length} curves`, charts.length >= 4 && charts.every((c) => c.querySelector('canvas')));
  charts[0].focus();
  press(charts[0], 'ArrowLeft');
  const values = charts[0].parentElement.querySelector('.read').textContent.replace(/\s+/g, ' ');
  say(`a curve read by keys: ${values}`, /4: loss, model1: [0-9.]+ valid_loss, model1: [0-9.]+ loss, model2: /.test(values));
  const names = [...charts[0].parentElement.querySelectorAll('.read span')].map((name) => colour(name, 'color'));
  say(`runs have colours of their own: ${names}`, new Set(names).size >= 2);
  const words = [...page.querySelectorAll('.translation button')];
  words[0].focus();
  const weights = [...page.querySelectorAll('.source button')].map(
      (word) => Number(/\bw(\d+)/.exec(word.className)?.[1] ?? 0) / 100);
  const sum = weights.reduce((a, b) => a + b);
  say(`weights of a word add up to ${sum}`, Math.abs(sum - 1) <= 0.005 * weights.length);
  say(page.querySelector('.told').textContent, / attends to /.test(page.querySelector('.told').textContent));
  press(words[0], 'ArrowRight');
  say('an arrow goes to the next word', words.length > 1 && page.activeElement === words[1]);
  page.activeElement.blur();
  say('nothing is left of the weights', page.querySelector('.told').textContent === '');
  page.querySelector('.pair details').open = true;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const figure = charts[0].closest('figure');
  const chart = await checkSaved('curves', toolsOf(figure), ['loss, model1', 'valid_loss, model2', '4']);
  const drawn = [...chart.querySelectorAll('path')].filter((path) => /^M.*L/.test(path.getAttribute('d')));
  const points = chart.querySelectorAll('circle').length;  // of each loss four, of validation one
  say(`curves: ${drawn.length} lines, ${points} points`, drawn.length === 2 && points === 10);
  say('the same as a matrix', page.querySelectorAll('.pair .frame').length === 2 && page.querySelectorAll('.pair .cell').length > 3);
}

function checkColours() {
  const page = inside('matrices'), cells = [...page.querySelectorAll('#s0 .cell[width="22"]')];
  const fills = new Map(cells.map((cell) =>
      [`${cell.getAttribute('x') / 22} ${cell.getAttribute('y') / 22}`, inHex(colour(cell, 'fill'))]));
  const pictured = [...inside('picture').querySelectorAll('g > rect[width="1"]')].filter((cell) => cell.querySelector('title'));
  const differing = pictured.filter((cell) => fills.get(`${cell.getAttribute('x')} ${cell.getAttribute('y')}`) !== cell.getAttribute('fill'));
  say(`${differing.length} of ${pictured.length} cells differ between picture and page`,
      pictured.length === fills.size && pictured.length > 1000 &&
      differing.length <= pictured.length / 500);  // the page has five digits of each weight
  say('rows of a long sentence are scaled', page.querySelector('#s0 .tools input').checked &&
      [...fills.values()].includes('#08306b'));
  const button = page.querySelector('.theme'), before = colour(page.body, 'backgroundColor');
  button.click();
  say(`dark: ${colour(page.body, 'backgroundColor')} after ${before}`, before === 'rgb(255, 255, 255)' &&
      colour(page.body, 'backgroundColor') !== before && inHex(colour(cells[0], 'fill')) !== fills.get(
          `${cells[0].getAttribute('x') / 22} ${cells[0].getAttribute('y') / 22}`));
  button.click();
}

async function checkMatrices() {
  const page = inside('matrices'), section = page.querySelector('#s2');
  const scroller = section.querySelector('.scroll'), told = section.querySelector('.told');
  scroller.focus();
  press(scroller, 'ArrowDown');
  say(`the first cell: ${told.textContent}`, /^drei → three: 0\.\d{4}, sure$/.test(told.textContent));
  press(scroller, 'ArrowDown');
  press(scroller, 'ArrowRight');
  say(`a cell further: ${told.textContent}`, /^eins → one: 0\.\d{4}, possible$/.test(told.textContent));
  say('gold links are rings', section.querySelectorAll('circle.gold').length === 2);
  section.querySelectorAll('.tools input')[1].click();
  say('and can be hidden', section.querySelectorAll('circle.gold').length === 0);
  section.querySelector('details').open = true;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const row = [...section.querySelectorAll('table tr')[1].querySelectorAll('td')].map((cell) => Number(cell.textContent));
  say(`a row of the table adds up: ${row}`, row.length === 3 && Math.abs(row.reduce((a, b) => a + b) - 1) < 0.001);
  const text = page.querySelector('#s1 .source');
  say('right to left', page.querySelector('#s1 .source').dir === 'ltr' &&
      page.querySelector('#s1 svg text[direction=rtl]') !== null && text.textContent.includes('</s>'));
  const long = page.querySelector('#s0 .scroll');
  long.scrollLeft = 300;
  long.dispatchEvent(new Event('scroll'));  // which waits for a frame, and a hidden window has none
  say(`labels stay: ${long.querySelector('.sticks').getAttribute('transform')}`,
      long.querySelector('.sticks').getAttribute('transform') === `translate(${long.scrollLeft} 0)` && long.scrollLeft > 0);
  const [search] = page.querySelectorAll('[role=search] input'), [order] = page.querySelectorAll('[role=search] select');
  const places = () => [...page.querySelectorAll('.item')].filter((item) => !item.hidden).map((item) => item.id).join(' ');
  change(order, 'length -1');
  say(`the longest first: ${places()}`, places() === 's0 s1 s2' || places() === 's0 s2 s1');
  change(order, 'length 1');
  say(`and last: ${places()}`, places().endsWith(' s0'));
  change(search, 'DREI three');
  say(`found: ${places()}`, places() === 's2');
  change(search, '');
  change(order, '');
  say(`as at first: ${places()}`, places() === 's0 s1 s2');
  const parsed = await checkSaved('a matrix', toolsOf(section), ['three', 'one', 'drei', 'eins']);
  say('its title has the words', parsed.querySelector('title').textContent.includes('three one'));
}

function checkLines() {
  const page = inside('lines'), section = page.querySelector('#s2');
  const scroller = section.querySelector('.scroll'), told = section.querySelector('.told');
  const shown = () => [...section.querySelectorAll('.line')].filter((line) => line.getAttribute('display') !== 'none').length;
  const all = shown();
  const gold = [...section.querySelectorAll('line.gold')].map((line) => line.getAttribute('class')).join();
  say(`gold links are lines: ${gold}`, gold === 'gold,gold possible');
  scroller.focus();
  press(scroller, 'ArrowDown');
  say(`a word: ${told.textContent}`, /^three attends to /.test(told.textContent) && shown() < all && shown() > 0);
  press(scroller, 'ArrowRight');
  say(`on the other side: ${told.textContent}`, /^drei is attended to by /.test(told.textContent));
  press(scroller, 'Escape');
  say('all lines again', shown() === all && told.textContent === '');
  change(section.querySelector('.tools select'), 'matrix');
  say('a matrix instead', section.querySelectorAll('.cell').length > 5 && section.querySelectorAll('.line').length === 0);
}

async function checkDocuments() {
  const section = inside('documents').querySelector('#d0');
  const shaded = section.querySelectorAll('.shaded').length;
  const words = [...section.querySelectorAll('bdi')].map((word) => word.textContent);
  say(`a document of ${words}`, words.length >= 10 && words.join('').includes('<b>film</b>'));
  const parsed = await checkSaved('a document', toolsOf(section), words);
  const fills = [...parsed.querySelectorAll('rect')].slice(1).map((rect) => rect.getAttribute('fill'));
  say(`a document: ${fills.length} shades and lines of ${shaded} shaded words`, shaded > 3 && fills.length >= shaded);
}

// Pages draw what comes into view when the browser has time for it.
async function drawn() {
  const count = (id, what) => inside(id)?.querySelectorAll(what).length ?? 0;
  for (let tries = 0; tries < 300; ++tries) {
    if (count('report', '.chart canvas') > 0 && count('matrices', '.scroll svg') === 3 &&
        count('lines', '.scroll svg') === 3 && count('documents', '.tools button') >= 4) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

addEventListener('load', async () => {
  try {
    await drawn();
    await checkReport();
    checkColours();
    await checkMatrices();
    checkLines();
    await checkDocuments();
    for (const id of ['report', 'matrices', 'lines', 'documents']) checkWidth(id);
  } catch (error) {
    say(error.stack, false);
  }
  document.getElementById('said').textContent = [...said, 'end'].join('\n');
});
</script>
HTML
timeout 300 "$project/tests/support/browser.py" "$chromium" "$scratch/harness.html" | tee said
grep -qx end said
! grep -q 'BAD:' said
