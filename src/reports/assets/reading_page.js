// Shades the words of each document by the weights that they have, or that a word of the query gives
// them while it is chosen.
'use strict';

addEventListener('DOMContentLoaded', () => {
  // The square root shows small weights, too.
  function paint(word, weight) {
    word.classList.remove(...[...word.classList].filter((name) => /^w\d/.test(name)));
    word.classList.add(alinea.shade(Math.sqrt(weight)));
    word.title = weight.toPrecision(4) + (word.classList.contains('supporting') ? ', supports the answer' : '');
  }

  for (const section of document.querySelectorAll('section')) {
    const data = section.querySelector('script');
    if (!data) continue;
    const rows = JSON.parse(data.textContent);
    const words = [...section.querySelectorAll('.document bdi')];
    const queries = [...section.querySelectorAll('.query bdi')];
    const show = (weight) => words.forEach((word, i) => paint(word, weight(word, i)));
    // The word of the query that is chosen has the class "current": by mouse, touch or arrow keys.
    let chosen = -1;
    new MutationObserver(() => {
      const now = queries.findIndex((query) => query.classList.contains('current'));
      if (now === chosen) return;
      chosen = now;
      show((word, i) => (now < 0 ? Number(word.dataset.weight) : rows[now][i]));
    }).observe(section.querySelector('.query'), {subtree: true, attributeFilter: ['class']});
  }
});
