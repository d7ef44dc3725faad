// What attention did for one pair of texts, with what chooses how it is drawn. `data` of a view:
//   source, target   words: columns and rows of the matrix
//   layers, heads    heads[h][t][s], as many heads to each layer, the first layer first
//   gold             {sure: [[s, t], ...], possible: [...]}, where links are known
//   focus            [begin, end, centre] for each target word, of a local mode
'use strict';

alinea.AttentionView = (() => {
  const {make} = alinea;
  const drawings = {matrix: alinea.MatrixDrawing, lines: alinea.LinesDrawing};

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
      this.goldLabel = make('label', {title: 'Links that people drew: sure ones are solid, possible ones dashed'},
                            this.gold, ' gold links (sure; dashed: possible)');
      this.told = make('p', {class: 'told', role: 'status'});
      this.scroller = make('div', {class: 'scroll', tabindex: 0, role: 'group'});
      this.table = make('div', {class: 'wide'});
      this.details = make('details', {}, make('summary', {}, 'Weights as a table'), this.table);
      host.replaceChildren(
          make('div', {class: 'tools'}, this.view, this.layerLabel, this.headLabel,
               make('label', {title: 'Each row as dark as its share of the largest weight of the row'},
                    this.scaled, ' scale rows'), this.goldLabel,
               ...alinea.saveButtons(() => this.name, () => alinea.frozen(this.drawing.svg))),
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
      const shades = this.rows.map((weights) => {
        const most = this.scaled.checked ? largest(weights) : 1;
        return weights.map((weight) => (most > 0 ? weight / most : 0));
      });
      this.at = null;
      this.told.textContent = '';
      this.drawing = new drawings[this.view.value]({data, shown: this.shown, rows: this.rows, shades,
                                                    isScaled: this.scaled.checked, hasGold: this.gold.checked});
      const {svg} = this.drawing;
      svg.prepend(make('title', {}, `Attention of ${data.target.join(' ')} to ${data.source.join(' ')}`));
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-label',
          `Attention weights: ${data.target.length} rows of words that attend, ${data.source.length} columns`);
      this.scroller.setAttribute('aria-label', this.view.value === 'matrix'
          ? 'Matrix of weights: arrow keys move from cell to cell'
          : 'Lines between words: up and down choose a word, left and right the side');
      const left = this.scroller.scrollLeft, top = this.scroller.scrollTop;
      this.scroller.replaceChildren(svg);
      this.scroller.scrollTo(left, top);
      this.stick();
      this.fillTable();
    }

    stick() {
      const {targets, sources, corner} = this.drawing.sticky;
      const {scrollLeft: x, scrollTop: y} = this.scroller;
      targets?.setAttribute('transform', `translate(${x} 0)`);
      sources?.setAttribute('transform', `translate(0 ${y})`);
      corner?.setAttribute('transform', `translate(${x} ${y})`);
    }

    // A place of the drawing, or none.
    select(at) {
      if (at && this.at && at[0] === this.at[0] && at[1] === this.at[1]) return;
      this.at = at;
      this.told.textContent = this.drawing.select(at);
    }

    point(event) {
      const at = this.drawing.placeOf(event);
      if (at !== undefined) this.select(at);
    }

    press(event) {
      if (event.key === 'Escape') return this.select(null);
      if (event.key === 'Enter') return this.pick();
      const at = this.drawing.moved(this.at, event.key);
      if (!at) return undefined;
      event.preventDefault();
      this.select(at);
      return this.drawing.reveal(at, this.scroller);
    }

    leave() {
      if (document.activeElement !== this.scroller) this.select(null);
    }

    pick() {
      const target = this.at ? this.drawing.target(this.at) : undefined;
      if (target !== undefined) this.onChoose?.(target);
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
