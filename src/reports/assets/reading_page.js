// Shades the words of each document by the weights that they have, or that a word of the query gives
// them while the mouse or the focus is on it.
'use strict';

// The square root shows small weights, too.
function shade(word, weight) {
  const dark = Math.sqrt(Math.min(Math.max(weight, 0), 1));
  word.style.backgroundColor = `rgba(8, 48, 107, ${dark})`;
  word.style.color = dark > 0.5 ? '#fff' : '';
  word.title = weight.toPrecision(4);
}

for (const section of document.querySelectorAll('section')) {
  const data = section.querySelector('script');
  if (!data) continue;
  const rows = JSON.parse(data.textContent);
  const words = [...section.querySelectorAll('.document span')];
  const queries = [...section.querySelectorAll('.query span')];
  const rest = () => words.forEach((word) => shade(word, Number(word.dataset.weight)));
  rest();
  queries.forEach((query, j) => {
    shade(query, Number(query.dataset.weight));
    const show = () => words.forEach((word, i) => shade(word, rows[j][i]));
    for (const event of ['mouseenter', 'focus']) query.addEventListener(event, show);
    for (const event of ['mouseleave', 'blur']) query.addEventListener(event, rest);
  });
}
