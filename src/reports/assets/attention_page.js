// Draws the weights of a section's layer and head as lines, from the words that look to those that
// are looked at. The data of a section: heads of rows of weights, as many heads to each layer.
'use strict';
for (const section of document.querySelectorAll('section')) {
  const {layers, heads} = JSON.parse(section.querySelector('script').textContent);
  const each = heads.length / layers;
  const from = [...section.querySelectorAll('.from li')];
  const to = [...section.querySelectorAll('.to li')];
  const svg = section.querySelector('svg');
  const [layer, head] = ['layer', 'head'].map((name) => section.querySelector(`select.${name}`));
  let chosen = null;

  // The mean of the heads that are chosen.
  function weights() {
    const wanted = heads.filter((_, i) =>
      (layer.value === '' || Math.floor(i / each) === Number(layer.value)) &&
      (head.value === '' || i % each === Number(head.value)));
    return from.map((_, t) => to.map((__, s) =>
      wanted.reduce((sum, one) => sum + one[t][s], 0) / wanted.length));
  }

  function draw() {
    const rows = weights();
    svg.replaceChildren();
    const height = from[0].getBoundingClientRect().height;
    rows.forEach((row, t) => {
      if (chosen !== null && chosen !== t) return;
      row.forEach((weight, s) => {
        if (weight < 0.01) return;
        const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
        line.setAttribute('x1', '0%');
        line.setAttribute('x2', '100%');
        line.setAttribute('y1', (t + 0.5) * height);
        line.setAttribute('y2', (s + 0.5) * height);
        line.setAttribute('stroke-opacity', weight);
        svg.append(line);
      });
    });
    to.forEach((word, s) => {
      const weight = chosen === null ? 0 : rows[chosen][s];
      word.style.background = weight < 0.01 ? '' : `rgba(107, 174, 214, ${weight})`;
      word.title = chosen === null ? '' : weight.toFixed(4);
    });
    from.forEach((word, t) => word.classList.toggle('chosen', chosen === t));
  }

  from.forEach((word, t) => {
    const choose = () => { chosen = t; draw(); };
    const leave = () => { chosen = null; draw(); };
    word.addEventListener('mouseenter', choose);
    word.addEventListener('mouseleave', leave);
    word.addEventListener('focus', choose);
    word.addEventListener('blur', leave);
  });
  layer.addEventListener('change', draw);
  head.addEventListener('change', draw);
  draw();
}
