// What attention did for one pair of texts, drawn: as a matrix, or as lines between two columns of words
// (after BertViz). `data` of a view:
//   source, target   words: columns and rows of the matrix
//   layers, heads    heads[h][t][s], as many heads to each layer, the first layer first
//   gold             {sure: [[s, t], ...], possible: [...]}, where links are known
//   focus            [begin, end, centre] for each target word, of a local mode
'use strict';

alinea.AttentionView = (() => {
  const {make, shade} = alinea;
  const cell = 22, font = 13, gap = 6, margin = 8, row = 24, between = 220;
  const slope = Math.SQRT1_2;  // of the source words, which rise at 45 degrees
  const shortest = (weight) => (weight >= 0.995 ? '1' : weight.toFixed(2).slice(1));

  // Words from right to left, whose beginning is where the end of others is.
  const turned = /^\P{L}*[\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u;
  function label(word, isEnd, attributes) {
    const right = turned.test(word);
    return make('text', {...attributes, direction: right ? 'rtl' : null, dy: '.35em',
                         'text-anchor': isEnd !== right ? 'end' : 'start'}, word);
  }

  const pen = document.createElement('canvas').getContext('2d');
  function width(words) {
    pen.font = `bold ${font}px Helvetica, Arial, sans-serif`;
    return Math.max(0, ...words.map((word) => pen.measureText(word).width));
  }

  // The mean of the heads of one layer or of all, with one number or with any.
  function weightsOf({heads, layers, source, target}, layer, head) {
    const each = heads.length / layers;
    const wanted = heads.filter((_, i) => (layer === '' || Math.floor(i / each) === Number(layer)) &&
                                          (head === '' || i % each === Number(head)));
    return target.map((_, t) => source.map((__, s) =>
        wanted.reduce((sum, one) => sum + (one[t]?.[s] ?? 0), 0) / wanted.length));
  }

  const largest = (weights) => Math.max(0, ...weights);

  // Where most rows have no large weight, they would all look blank.
  function isFaint(rows) {
    const faint = rows.filter((weights) => largest(weights) < 0.3).length;
    return faint > 0 && 2 * faint >= rows.length;
  }

  function choice(name, values, value) {
    return make('select', {'aria-label': name}, ...values.map(([key, text]) =>
        make('option', {value: key, ...(key === value ? {selected: ''} : {})}, text)));
  }

  return class AttentionView {
    // `view` is "matrix" or "lines", `name` that of the files that are saved. With `onChoose(t)` a word
    // of the target can be picked by a double click or the Enter key.
    constructor(host, {view = 'matrix', name = 'attention', onChoose = null} = {}) {
      this.name = name;
      this.onChoose = onChoose;
      this.view = choice('View', [['matrix', 'matrix'], ['lines', 'lines']], view);
      this.layer = make('select', {'aria-label': 'Layer'});
      this.head = make('select', {'aria-label': 'Head'});
      this.scaled = make('input', {type: 'checkbox'});
      this.gold = make('input', {type: 'checkbox', checked: ''});
      this.layerLabel = make('label', {}, 'Layer ', this.layer);
      this.headLabel = make('label', {}, 'Head ', this.head);
      this.goldLabel = make('label', {}, this.gold, ' gold links');
      this.told = make('p', {class: 'told', role: 'status'});
      this.scroller = make('div', {class: 'scroll', tabindex: 0, role: 'group'});
      this.table = make('div', {class: 'wide'});
      this.details = make('details', {}, make('summary', {}, 'Weights as a table'), this.table);
      host.replaceChildren(
          make('div', {class: 'tools'}, this.view, this.layerLabel, this.headLabel,
               make('label', {title: 'Each row as dark as its share of the largest weight of the row'},
                    this.scaled, ' scale rows'), this.goldLabel,
               ...alinea.saveButtons(() => this.name, () => alinea.frozen(this.svg))),
          this.told, this.scroller, this.details);
      for (const control of [this.view, this.layer, this.head, this.gold])
        control.addEventListener('change', () => this.draw());
      this.scaled.addEventListener('change', () => { this.decided = true; this.draw(); });
      this.details.addEventListener('toggle', () => this.fillTable());
      this.scroller.addEventListener('scroll', () => this.stick());
      this.scroller.addEventListener('keydown', (event) => this.press(event));
      this.scroller.addEventListener('blur', () => this.leave());
      this.scroller.addEventListener('mouseleave', () => this.leave());
      for (const event of ['mousemove', 'click'])
        this.scroller.addEventListener(event, (e) => this.point(e));
      this.scroller.addEventListener('dblclick', () => this.pick());
    }

    // With `shown` only that many words of the target have their weights, the others keep their place.
    show(data, shown = data.target.length) {
      this.data = data;
      this.shown = shown;
      const each = data.heads.length / data.layers;
      const fill = (select, count) => {
        const value = select.options.length === count + 1 ? select.value : '';
        select.replaceChildren(make('option', {value: ''}, 'mean'),
                               ...Array.from({length: count}, (_, i) => make('option', {value: i}, `${i}`)));
        select.value = value;
      };
      fill(this.layer, data.layers);
      fill(this.head, each);
      this.layerLabel.hidden = data.layers < 2;
      this.headLabel.hidden = each < 2;
      this.goldLabel.hidden = !data.gold;
      if (!this.decided) this.scaled.checked = isFaint(weightsOf(data, '', ''));
      this.draw();
    }

    draw() {
      const {data} = this;
      this.rows = weightsOf(data, this.layer.value, this.head.value);
      this.shades = this.rows.map((weights) => {
        const most = this.scaled.checked ? largest(weights) : 1;
        return weights.map((weight) => (most > 0 ? weight / most : 0));
      });
      this.at = null;
      this.told.textContent = '';
      const isMatrix = this.view.value === 'matrix';
      this.svg = isMatrix ? this.matrix() : this.lines();
      this.svg.prepend(make('title', {}, `Attention of ${data.target.join(' ')} to ${data.source.join(' ')}`));
      this.svg.setAttribute('role', 'img');
      this.svg.setAttribute('aria-label',
          `Attention weights: ${data.target.length} rows of words that attend, ${data.source.length} columns`);
      this.scroller.setAttribute('aria-label', isMatrix ? 'Matrix of weights: arrow keys move from cell to cell'
          : 'Lines between words: up and down choose a word, left and right the side');
      const left = this.scroller.scrollLeft, top = this.scroller.scrollTop;
      this.scroller.replaceChildren(this.svg);
      this.scroller.scrollTo(left, top);
      this.stick();
      this.fillTable();
    }

    sheet(across, down) {
      this.size = {width: Math.ceil(across), height: Math.ceil(down)};
      const svg = make('svg', {...this.size, viewBox: `0 0 ${this.size.width} ${this.size.height}`});
      svg.append(make('rect', {class: 'paper', ...this.size}));
      return svg;
    }

    matrix() {
      const {source, target} = this.data;
      const left = margin + width(target) + gap;
      const rises = source.map((word) => slope * (width([word]) + font));
      const top = margin + Math.max(0, ...rises) + gap;
      const across = Math.max(cell * source.length, ...rises.map((rise, s) => cell * (s + 0.5) + rise), 300);
      const svg = this.sheet(left + across + margin, top + cell * target.length + 40 + margin);
      this.origin = {left, top};
      this.cells = make('g', {transform: `translate(${left} ${top})`});
      this.drawCells();
      this.cursor = make('rect', {class: 'cursor', width: cell, height: cell, display: 'none'});
      this.cells.append(this.cursor);
      this.columnNames = source.map((word, s) => label(word, false,
          {transform: `translate(${left + cell * (s + 0.4)} ${top - gap}) rotate(-45)`}));
      this.rowNames = target.map((word, t) => label(word, true,
          {x: left - gap, y: top + cell * (t + 0.5)}));
      this.rowNames.slice(this.shown).forEach((name) => name.setAttribute('display', 'none'));
      this.sticky = {
        targets: make('g', {class: 'sticks'}, make('rect', {class: 'paper', width: left - 1, height: this.size.height}), ...this.rowNames),
        sources: make('g', {class: 'sticks'}, make('rect', {class: 'paper', width: this.size.width, height: top - 1}), ...this.columnNames),
        corner: make('g', {class: 'sticks'}, make('rect', {class: 'paper', width: left - 1, height: top - 1})),
      };
      svg.append(this.cells, this.legend(left, top + cell * target.length + 16),
                 ...Object.values(this.sticky));
      return svg;
    }

    drawCells() {
      const {source, target, focus, gold} = this.data, {cells} = this;
      const wide = cell * source.length, high = cell * target.length;
      this.shades.slice(0, this.shown).forEach((weights, t) => weights.forEach((part, s) => {
        const step = shade(part);
        if (step !== 'w0')
          cells.append(make('rect', {class: `cell ${step}`, x: s * cell, y: t * cell, width: cell, height: cell}));
        const weight = this.rows[t][s];
        if (weight >= 0.095 || (step === 'w100' && weight >= 0.005))
          cells.append(make('text', {class: `number ${step}`, x: (s + 0.5) * cell, y: (t + 0.5) * cell, dy: '.35em'}, shortest(weight)));
      }));
      const grid = [...target.keys()].slice(1).map((t) => `M0 ${t * cell}h${wide}`).join('') +
                   [...source.keys()].slice(1).map((s) => `M${s * cell} 0v${high}`).join('');
      cells.append(make('path', {class: 'grid', d: grid}), make('rect', {class: 'frame', width: wide, height: high}));
      (focus ?? []).slice(0, this.shown).forEach(([begin, end, centre], t) => {
        const tick = Math.max(0, Math.min(source.length, centre + 0.5)) * cell;
        cells.append(make('rect', {class: 'window', x: begin * cell + 1.5, y: t * cell + 1.5, width: (end - begin) * cell - 3, height: cell - 3}),
                     make('line', {class: 'centre', x1: tick, x2: tick, y1: (t + 0.62) * cell, y2: (t + 1) * cell}));
      });
      if (!gold || !this.gold.checked) return;
      for (const [s, t] of gold.possible) {
        const place = {cx: (s + 0.5) * cell, cy: (t + 0.5) * cell, r: cell * 0.42};
        cells.append(make('circle', {class: 'halo', ...place}),
                     make('circle', {class: this.goldKind(s, t) === 'sure' ? 'gold' : 'gold possible', ...place}));
      }
    }

    goldKind(s, t) {
      const has = (links) => links?.some(([a, b]) => a === s && b === t);
      return has(this.data.gold?.sure) ? 'sure' : has(this.data.gold?.possible) ? 'possible' : '';
    }

    // Shades with their numbers, which are shares where rows are scaled.
    legend(x, y) {
      const group = make('g', {transform: `translate(${x} ${y})`});
      [0, 0.25, 0.5, 0.75, 1].forEach((weight, i) => group.append(
          make('rect', {class: `cell ${shade(weight)}`, x: i * 34, width: 34, height: 18}),
          make('text', {class: `number ${shade(weight)}`, x: i * 34 + 17, y: 9, dy: '.35em', style: 'font-size: 11px'}, `${weight}`)));
      group.append(make('rect', {class: 'frame', width: 170, height: 18}),
                   make('text', {x: 176, y: 9, dy: '.35em', style: 'font-size: 11px'}, this.scaled.checked ? 'of the row’s largest' : 'weight'));
      return group;
    }

    lines() {
      const {source, target} = this.data;
      const wide = [width(target) + 12, width(source) + 12];
      const svg = this.sheet(Math.max(wide[0] + between + wide[1], 300) + 2 * margin,
                             row * Math.max(source.length, target.length) + 34 + 2 * margin);
      const x = [margin, margin + wide[0] + between];
      this.sticky = {};
      const middle = (i) => margin + row * (i + 0.5);
      const all = this.shades.flatMap((weights, t) => weights.map((part, s) => ({t, s, part})))
          .filter(({t, part}) => t < this.shown && shade(part) !== 'w0').sort((a, b) => a.part - b.part);
      this.strokes = all.map(({t, s, part}) => ({t, s, line: make('line',
          {class: `line ${shade(part)}`, x1: x[0] + wide[0] + 3, x2: x[1] - 3, y1: middle(t), y2: middle(s)})}));
      this.words = [target, source].map((words, side) => words.map((word, i) => make('g', {class: 'word'},
          make('rect', {x: x[side], y: middle(i) - row / 2 + 1, width: wide[side], height: row - 2, rx: 3}),
          label(word, side === 0, {x: side === 0 ? x[0] + wide[0] - 6 : x[1] + 6, y: middle(i)}))));
      this.words[0].slice(this.shown).forEach((word) => word.setAttribute('display', 'none'));
      svg.append(...this.strokes.map(({line}) => line), ...this.words.flat(),
                 this.legend(margin, this.size.height - 26));
      return svg;
    }

    stick() {
      const {targets, sources, corner} = this.sticky;
      const {scrollLeft: x, scrollTop: y} = this.scroller;
      targets?.setAttribute('transform', `translate(${x} 0)`);
      sources?.setAttribute('transform', `translate(0 ${y})`);
      corner?.setAttribute('transform', `translate(${x} ${y})`);
    }

    // A cell (t, s) of the matrix, or a word (side, i) of the lines.
    select(at) {
      if (at && this.at && at[0] === this.at[0] && at[1] === this.at[1]) return;
      this.at = at;
      if (this.view.value === 'matrix') this.selectCell(at); else this.selectWord(at);
    }

    selectCell(at) {
      const {source, target} = this.data;
      this.cursor.setAttribute('display', at ? '' : 'none');
      this.rowNames.forEach((name, t) => name.classList.toggle('bold', at?.[0] === t));
      this.columnNames.forEach((name, s) => name.classList.toggle('bold', at?.[1] === s));
      this.told.textContent = '';
      if (!at) return;
      const [t, s] = at, gold = this.goldKind(s, t);
      this.cursor.setAttribute('x', s * cell);
      this.cursor.setAttribute('y', t * cell);
      this.told.textContent = `${source[s]} → ${target[t]}: ${this.rows[t][s].toFixed(4)}${gold ? `, ${gold}` : ''}`;
    }

    selectWord(at) {
      const {source, target} = this.data, [side, i] = at ?? [];
      const over = side === undefined ? [] : side === 0 ? this.rows[i] : this.rows.slice(0, this.shown).map((weights) => weights[i]);
      const part = (j) => (side === 0 ? this.shades[i][j] : this.shades[j][i]);
      this.strokes.forEach(({t, s, line}) => line.setAttribute('display', !at || (side === 0 ? t : s) === i ? '' : 'none'));
      this.words.forEach((words, k) => words.forEach((word, j) => {
        const lit = at && k !== side && (k === 1 || j < this.shown) && shade(part(j)) !== 'w0';
        word.setAttribute('class', `word${at && k === side && j === i ? ' chosen' : ''}${lit ? ` lit ${shade(part(j))}` : ''}`);
      }));
      const other = side === 0 ? source : target;
      const most = over.map((weight, j) => ({weight, j})).filter(({weight}) => weight >= 0.005)
          .sort((a, b) => b.weight - a.weight).slice(0, 5).map(({weight, j}) => `${other[j]} ${weight.toFixed(2)}`);
      this.told.textContent = most.length ? `${(side === 0 ? target : source)[i]} ${side === 0 ? 'attends to' : 'is attended to by'} ${most.join(', ')}` : '';
    }

    point(event) {
      if (this.view.value === 'lines') {
        const word = event.target.closest('.word');
        const side = this.words.findIndex((words) => words.includes(word));
        if (side >= 0) this.select([side, this.words[side].indexOf(word)]);
        else if (event.type === 'click') this.select(null);
        return;
      }
      const box = this.svg.getBoundingClientRect(), scale = this.size.width / box.width;
      const s = Math.floor(((event.clientX - box.left) * scale - this.origin.left) / cell);
      const t = Math.floor(((event.clientY - box.top) * scale - this.origin.top) / cell);
      const isIn = s >= 0 && t >= 0 && s < this.data.source.length && t < this.shown;
      this.select(isIn ? [t, s] : null);
    }

    press(event) {
      if (event.key === 'Escape') return this.select(null);
      if (event.key === 'Enter') return this.pick();
      const isMatrix = this.view.value === 'matrix', [a, b] = this.at ?? [0, -1];
      const first = !this.at;
      const step = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
      if (!step && event.key !== 'Home' && event.key !== 'End') return undefined;
      event.preventDefault();
      const sizes = [this.shown, this.data.source.length];
      const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
      if (!isMatrix) {
        const side = first ? 0 : clamp(a + (step?.[1] ?? 0), 2);
        const to = first ? 0 : event.key === 'Home' ? 0 : event.key === 'End' ? sizes[side] - 1 : b + (step?.[0] ?? 0);
        return this.select([side, clamp(to, sizes[side])]);
      }
      const to = first ? [0, 0] : step ? [a + step[0], b + step[1]] : [a, event.key === 'Home' ? 0 : sizes[1] - 1];
      this.select([clamp(to[0], sizes[0]), clamp(to[1], sizes[1])]);
      return this.follow();
    }

    // Keeps the selected cell beside the labels, which cover what has scrolled under them.
    follow() {
      const [t, s] = this.at, {left, top} = this.origin, {scroller} = this;
      const x = left + s * cell, y = top + t * cell;
      scroller.scrollLeft = Math.max(Math.min(scroller.scrollLeft, x - left), x + 2 * cell - scroller.clientWidth);
      scroller.scrollTop = Math.max(Math.min(scroller.scrollTop, y - top), y + 2 * cell - scroller.clientHeight);
    }

    leave() {
      if (document.activeElement !== this.scroller) this.select(null);
    }

    pick() {
      if (!this.onChoose || !this.at) return;
      const isMatrix = this.view.value === 'matrix';
      if (isMatrix || this.at[0] === 0) this.onChoose(isMatrix ? this.at[0] : this.at[1]);
    }

    fillTable() {
      if (!this.details.open || !this.rows) return;
      const {source, target} = this.data;
      const name = (scope, word) => make('th', {scope}, make('bdi', {}, word));
      this.table.replaceChildren(make('table', {},
          make('tr', {}, make('td'), ...source.map((word) => name('col', word))),
          ...this.rows.map((weights, t) => make('tr', {}, name('row', target[t]),
              ...weights.map((weight) => make('td', {}, weight.toFixed(4)))))));
    }
  };
})();

// The sections of a page of alignments, each drawn when it comes into view or goes to the printer.
addEventListener('DOMContentLoaded', () => {
  const words = (section, side) => [...section.querySelectorAll(`.${side} bdi`)].map((word) => word.textContent);
  const draw = (section) => {
    const host = section.querySelector('.view');
    if (!host || host.firstChild) return;
    const data = JSON.parse(section.querySelector('script').textContent);
    new alinea.AttentionView(host, {view: host.dataset.view, name: `attention-${section.id}`}).show(
        {...data, source: words(section, 'source'), target: words(section, 'target')});
  };
  const sections = document.querySelectorAll('section.attention');
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    seen.unobserve(entry.target);
    draw(entry.target);
  }), {rootMargin: '600px'});
  sections.forEach((section) => seen.observe(section));
  addEventListener('beforeprint', () => sections.forEach(draw));
});
