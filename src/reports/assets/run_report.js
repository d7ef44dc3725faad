// What the page does: draws the curves, and shows attention weights over the other side of a pair.
'use strict';

(() => {
  // Colours tell runs apart and dashes the series of one run; of a single run colours tell series.
  const dashes = [null, [7, 3], [2, 2], [8, 2, 2, 2]];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // null: not measured, the curve goes on behind it; NaN: a gap.
  const value = (field) => (field === 'gap' ? NaN : field);

  const isMeasuredSeldom = (rows, series) =>
      rows.filter((row) => row[series] !== null).length * 2 < rows.length;

  function drawChart(box, chart) {
    const rows = chart.rows.map((row) => row.map(value));
    const several = new Set(chart.runs).size > 1;
    const series = () => Object.fromEntries(chart.series.map((name, i) => {
      const seldom = rows.length < 50 || isMeasuredSeldom(rows, i + 1);
      const within = i - chart.runs.indexOf(chart.runs[i]);  // among the series of its run
      const colour = several ? chart.runs[i] : i;
      return [name, {
        color: css(`--series-${colour % 8}`), drawPoints: seldom, pointSize: 2.5,
        strokePattern: dashes[((several ? within : 0) + (colour >> 3)) % dashes.length],
      }];
    }));
    // A finger scrolls the page; what a tap points at is shown as with a mouse.
    const {touchstart, touchmove, touchend, ...mouse} = Dygraph.defaultInteractionModel;
    const first = rows[0][0], last = rows[rows.length - 1][0];
    const margin = first === last ? 1 : (last - first) * 0.02;
    const graph = new Dygraph(box, rows, {
      labels: ['update', ...chart.series], series: series(), logscale: chart.logarithmic,
      dateWindow: [first - margin, last + margin], xRangePad: 0, yRangePad: 8,
      connectSeparatedPoints: true, strokeWidth: 1.6, highlightCircleSize: 4,
      labelsDiv: box.parentElement.querySelector('.read'), legend: 'always',
      axisLabelFontSize: 12, gridLineColor: css('--rule'), axisLineColor: css('--rule'),
      axes: {x: {drawGrid: false}}, interactionModel: mouse,
    });
    const title = box.parentElement.querySelector('figcaption').textContent;
    box.after(alinea.make('div', {class: 'tools'}, ...alinea.saveButtons(
        () => title.trim().toLowerCase().replace(/\W+/g, '-'), () => chartSvg(box, graph, {...chart, rows, title}, series()))));
    followKeys(box, graph, rows.length);
    addEventListener('alinea-theme', () => graph.updateOptions(
        {series: series(), gridLineColor: css('--rule'), axisLineColor: css('--rule')}));
  }

  // The chart as it stands on the page, with the names of its series below.
  function chartSvg(box, graph, {rows, title, series}, looks) {
    const {make, lettering} = alinea, line = 18;
    const frame = box.getBoundingClientRect(), area = graph.getArea();
    const svg = alinea.sheet({width: frame.width, height: frame.height + line * (series.length + 2)}, title);
    svg.append(make('text', {x: 4, y: line / 2, dy: '.35em', 'font-size': 13, 'font-weight': 'bold'}, title));
    const body = make('g', {transform: `translate(0 ${line})`});
    svg.append(body);
    const soft = css('--soft'), rule = css('--rule');
    for (const label of box.querySelectorAll('.dygraph-axis-label')) {
      const text = lettering(label, frame);
      text.setAttribute('fill', soft);
      body.append(text);
      if (label.classList.contains('dygraph-axis-label-y'))
        body.append(make('path', {d: `M${area.x} ${text.getAttribute('y')}h${area.w}`, stroke: rule, fill: 'none'}));
    }
    body.append(make('rect', {x: area.x, y: area.y, width: area.w, height: area.h, fill: 'none', stroke: rule}));
    series.forEach((name, i) => {
      const look = looks[name], dash = look.strokePattern?.join(' ') ?? null;
      let path = '', up = true;
      for (const row of rows) {
        if (row[i + 1] === null) continue;
        const [x, y] = graph.toDomCoords(row[0], row[i + 1]);
        const seen = Number.isFinite(y) && x >= area.x && x <= area.x + area.w && y >= area.y && y <= area.y + area.h;
        if (seen) path += `${up ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
        if (seen && look.drawPoints) body.append(make('circle', {cx: x, cy: y, r: 2.5, fill: look.color}));
        up = !seen;
      }
      const y = frame.height + line * (i + 0.7);
      body.append(make('path', {d: path, fill: 'none', stroke: look.color, 'stroke-width': 1.6, 'stroke-dasharray': dash}),
                  make('path', {d: `M${area.x} ${y}h28`, fill: 'none', stroke: look.color, 'stroke-width': 1.6, 'stroke-dasharray': dash}),
                  make('text', {x: area.x + 36, y, dy: '.35em', 'font-size': 12}, name));
    });
    return svg;
  }

  function followKeys(box, graph, count) {
    let row = -1;
    const select = (next) => {
      row = Math.max(0, Math.min(count - 1, next));
      graph.setSelection(row);
    };
    const keys = {
      ArrowRight: () => select(row + 1), ArrowLeft: () => select(row < 0 ? count - 1 : row - 1),
      Home: () => select(0), End: () => select(count - 1),
      Escape: () => { row = -1; graph.clearSelection(); graph.resetZoom(); },
    };
    box.addEventListener('keydown', (event) => {
      if (!(event.key in keys)) return;
      event.preventDefault();
      keys[event.key]();
    });
    box.addEventListener('blur', () => { row = -1; graph.clearSelection(); });
  }

  // One pair: weights[t][s] of target word t over source word s.
  function connect(pair) {
    const weights = JSON.parse(pair.dataset.weights);
    const sides = [pair.querySelector('.source'), pair.querySelector('.translation')].map(
        (side) => [...side.querySelectorAll('button')]);
    const told = pair.querySelector('.told');
    const text = (button) => button.querySelector('bdi').textContent;

    function clear() {
      for (const button of sides.flat()) {
        button.className = '';
        button.querySelector('small').textContent = '';
      }
      told.textContent = '';
    }

    function show(button) {
      clear();
      const side = sides[0].includes(button) ? 0 : 1;
      const place = sides[side].indexOf(button);
      const over = sides[1 - side].map((other, i) =>
          ({other, weight: side === 1 ? weights[place][i] : weights[i][place]}));
      button.classList.add('chosen');
      for (const {other, weight} of over) {
        if (alinea.shade(weight) !== 'w0') other.classList.add('shaded', alinea.shade(weight));
        if (weight >= 0.005) other.querySelector('small').textContent = weight.toFixed(2);
      }
      const most = over.filter(({weight}) => weight >= 0.005)
          .sort((a, b) => b.weight - a.weight).slice(0, 3)
          .map(({other, weight}) => `${text(other)} ${weight.toFixed(2)}`).join(', ');
      const what = side === 1 ? 'attends to' : 'is attended to by';
      told.textContent = most ? `${text(button)} ${what} ${most}` : '';
    }

    function step(button, key) {
      const words = sides.find((side) => side.includes(button));
      const place = words.indexOf(button);
      const next = {ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: words.length - 1}[key];
      if (next === undefined) return false;
      const target = words[Math.max(0, Math.min(words.length - 1, next))];
      for (const word of words) word.tabIndex = word === target ? 0 : -1;
      target.focus();
      return true;
    }

    const host = document.createElement('div');
    const more = alinea.make('details', {}, alinea.make('summary', {}, 'As a matrix or lines'), host);
    more.addEventListener('toggle', () => {
      if (!more.open || host.firstChild) return;
      const [source, target] = sides.map((side) => side.map(text));
      new alinea.AttentionView(host, {name: `attention-${pair.id}`}).show({source, target, layers: 1, heads: [weights]});
    });
    pair.append(more);

    const over = (event) => event.target.closest('.words button');
    pair.addEventListener('mouseover', (event) => { if (over(event)) show(over(event)); });
    pair.addEventListener('focusin', (event) => { if (over(event)) show(over(event)); });
    pair.addEventListener('click', (event) => { if (over(event)) over(event).focus(); });
    pair.addEventListener('focusout', clear);
    pair.addEventListener('mouseleave', () => {
      const focused = sides.flat().find((word) => word === document.activeElement);
      if (focused) show(focused); else clear();
    });
    pair.addEventListener('keydown', (event) => {
      if (over(event) && step(over(event), event.key)) event.preventDefault();
    });
  }

  const curves = document.getElementById('curves-data');
  if (curves) {
    const boxes = document.querySelectorAll('.chart');
    JSON.parse(curves.textContent).forEach((chart, i) => drawChart(boxes[i], chart));
  }
  document.querySelectorAll('.pair').forEach(connect);
})();
