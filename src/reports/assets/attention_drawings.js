// Weights of one pair of texts, drawn: as a matrix, or as lines between two columns of words (after BertViz). A
// drawing is made of
//   data        what AttentionView shows
//   shown       how many words of the target have their weights, the others keep their place
//   rows        [t][s] the weights, and `shades` how dark each is
//   isScaled    whether shades are shares of the largest weight of a row
//   hasGold     whether links that are known are drawn
// and has its `svg`, the `sticky` parts that stay where the rest scrolls, and
//   select(at)        marks a place, or none, and returns what there is to say of it
//   placeOf(event)    where the mouse is; null: nowhere; undefined: where it was before
//   moved(at, key)    where a key leads from a place, or from none; undefined: nowhere
//   target(at)        the word of the target at a place; undefined: none
'use strict';

Object.assign(alinea, (() => {
  const {make, shade} = alinea;
  const cell = 22, font = 13, gap = 6, margin = 8, row = 24, between = 220;
  const slope = Math.SQRT1_2;  // of the source words, which rise at 45 degrees
  const shortest = (weight) => (weight >= 0.995 ? '1' : weight.toFixed(2).slice(1));
  const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
  const steps = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]};

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

  class Drawing {
    constructor(weights) {
      Object.assign(this, weights);
      this.sticky = {};
    }

    sheet(across, down) {
      this.size = {width: Math.ceil(across), height: Math.ceil(down)};
      const svg = make('svg', {...this.size, viewBox: `0 0 ${this.size.width} ${this.size.height}`});
      svg.append(make('rect', {class: 'paper', ...this.size}));
      return svg;
    }

    // Of a link that people drew.
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
                   make('text', {x: 176, y: 9, dy: '.35em', style: 'font-size: 11px'}, this.isScaled ? 'of the row’s largest' : 'weight'));
      return group;
    }
  }

  // Places are cells [t, s].
  class MatrixDrawing extends Drawing {
    constructor(weights) {
      super(weights);
      const {source, target} = this.data;
      const left = margin + width(target) + gap;
      const rises = source.map((word) => slope * (width([word]) + font));
      const top = margin + Math.max(0, ...rises) + gap;
      const across = Math.max(cell * source.length, ...rises.map((rise, s) => cell * (s + 0.5) + rise), 300);
      this.svg = this.sheet(left + across + margin, top + cell * target.length + 40 + margin);
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
      this.svg.append(this.cells, this.legend(left, top + cell * target.length + 16), ...Object.values(this.sticky));
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
      if (!gold || !this.hasGold) return;
      for (const [s, t] of gold.possible) {
        const place = {cx: (s + 0.5) * cell, cy: (t + 0.5) * cell, r: cell * 0.42};
        cells.append(make('circle', {class: 'halo', ...place}),
                     make('circle', {class: this.goldKind(s, t) === 'sure' ? 'gold' : 'gold possible', ...place}));
      }
    }

    select(at) {
      const {source, target} = this.data;
      this.cursor.setAttribute('display', at ? '' : 'none');
      this.rowNames.forEach((name, t) => name.classList.toggle('bold', at?.[0] === t));
      this.columnNames.forEach((name, s) => name.classList.toggle('bold', at?.[1] === s));
      if (!at) return '';
      const [t, s] = at, gold = this.goldKind(s, t);
      this.cursor.setAttribute('x', s * cell);
      this.cursor.setAttribute('y', t * cell);
      return `${source[s]} → ${target[t]}: ${this.rows[t][s].toFixed(4)}${gold ? `, ${gold}` : ''}`;
    }

    placeOf(event) {
      const box = this.svg.getBoundingClientRect(), scale = this.size.width / box.width;
      const s = Math.floor(((event.clientX - box.left) * scale - this.origin.left) / cell);
      const t = Math.floor(((event.clientY - box.top) * scale - this.origin.top) / cell);
      return s >= 0 && t >= 0 && s < this.data.source.length && t < this.shown ? [t, s] : null;
    }

    moved(at, key) {
      const step = steps[key], columns = this.data.source.length;
      if (!step && key !== 'Home' && key !== 'End') return undefined;
      if (!at) return [0, 0];
      const [t, s] = step ? [at[0] + step[0], at[1] + step[1]] : [at[0], key === 'Home' ? 0 : columns - 1];
      return [clamp(t, this.shown), clamp(s, columns)];
    }

    // Keeps a cell beside the labels, which cover what has scrolled under them.
    reveal([t, s], scroller) {
      const {left, top} = this.origin, x = left + s * cell, y = top + t * cell;
      scroller.scrollLeft = Math.max(Math.min(scroller.scrollLeft, x - left), x + 2 * cell - scroller.clientWidth);
      scroller.scrollTop = Math.max(Math.min(scroller.scrollTop, y - top), y + 2 * cell - scroller.clientHeight);
    }

    target(at) {
      return at[0];
    }
  }

  // Places are words [side, i], of the target (0) or of the source (1).
  class LinesDrawing extends Drawing {
    constructor(weights) {
      super(weights);
      const {source, target} = this.data;
      const wide = [width(target) + 12, width(source) + 12];
      this.svg = this.sheet(Math.max(wide[0] + between + wide[1], 300) + 2 * margin,
                             row * Math.max(source.length, target.length) + 34 + 2 * margin);
      const x = [margin, margin + wide[0] + between];
      const middle = (i) => margin + row * (i + 0.5);
      const all = this.shades.flatMap((weights, t) => weights.map((part, s) => ({t, s, part})))
          .filter(({t, part}) => t < this.shown && shade(part) !== 'w0').sort((a, b) => a.part - b.part);
      this.strokes = all.map(({t, s, part}) => ({t, s, line: make('line',
          {class: `line ${shade(part)}`, x1: x[0] + wide[0] + 3, x2: x[1] - 3, y1: middle(t), y2: middle(s)})}));
      this.words = [target, source].map((words, side) => words.map((word, i) => make('g', {class: 'word'},
          make('rect', {x: x[side], y: middle(i) - row / 2 + 1, width: wide[side], height: row - 2, rx: 3}),
          label(word, side === 0, {x: side === 0 ? x[0] + wide[0] - 6 : x[1] + 6, y: middle(i)}))));
      this.words[0].slice(this.shown).forEach((word) => word.setAttribute('display', 'none'));
      const known = this.hasGold ? this.data.gold?.possible ?? [] : [];
      this.strokes.push(...known.map(([s, t]) => ({t, s, line: make('line',
          {class: this.goldKind(s, t) === 'sure' ? 'gold' : 'gold possible',
           x1: x[0] + wide[0] + 3, x2: x[1] - 3, y1: middle(t), y2: middle(s)})})));
      this.svg.append(...this.strokes.map(({line}) => line), ...this.words.flat(), this.legend(margin, this.size.height - 26));
    }

    select(at) {
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
      return most.length ? `${(side === 0 ? target : source)[i]} ${side === 0 ? 'attends to' : 'is attended to by'} ${most.join(', ')}` : '';
    }

    placeOf(event) {
      const word = event.target.closest('.word');
      const side = this.words.findIndex((words) => words.includes(word));
      if (side >= 0) return [side, this.words[side].indexOf(word)];
      return event.type === 'click' ? null : undefined;
    }

    moved(at, key) {
      const step = steps[key], sizes = [this.shown, this.data.source.length];
      if (!step && key !== 'Home' && key !== 'End') return undefined;
      if (!at) return [0, 0];
      const side = clamp(at[0] + (step?.[1] ?? 0), 2);
      const to = key === 'Home' ? 0 : key === 'End' ? sizes[side] - 1 : at[1] + (step?.[0] ?? 0);
      return [side, clamp(to, sizes[side])];
    }

    reveal() {}

    target([side, i]) {
      return side === 0 ? i : undefined;
    }
  }

  return {MatrixDrawing, LinesDrawing};
})());
