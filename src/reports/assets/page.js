// What every page does: light or dark, the values of what is drawn, and the tools above its sections.
'use strict';

const alinea = (() => {
  const root = document.documentElement;

  // An element with attributes and children; of SVG where the name is one of its elements.
  const drawn = new Set(['svg', 'g', 'rect', 'circle', 'line', 'path', 'text', 'title']);
  function make(name, attributes = {}, ...children) {
    const element = drawn.has(name) ? document.createElementNS('http://www.w3.org/2000/svg', name)
                                    : document.createElement(name);
    for (const [key, value] of Object.entries(attributes))
      if (value !== null && value !== undefined) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const shade = (weight) => `w${weight > 0 ? Math.round(Math.min(weight, 1) * 100) : 0}`;

  // What the reader chose, else what the browser prefers.
  const preferred = matchMedia('(prefers-color-scheme: dark)');
  let chosen = null;
  try { chosen = localStorage.getItem('alinea-theme'); } catch { /* a page without storage */ }
  function dress() {
    const theme = chosen ?? (preferred.matches ? 'dark' : 'light');
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    dispatchEvent(new Event('alinea-theme'));
  }
  preferred.addEventListener('change', dress);
  dress();

  function addThemeButton() {
    const button = make('button', {type: 'button', class: 'theme'});
    const name = () => {
      button.textContent = root.dataset.theme === 'dark' ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `${button.textContent} colours`);
    };
    button.addEventListener('click', () => {
      chosen = root.dataset.theme === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('alinea-theme', chosen); } catch { /* kept for this page alone */ }
      dress();
    });
    addEventListener('alinea-theme', name);
    name();
    document.body.prepend(button);
  }

  // The values in elements of class "values", told in one line at the foot of the window.
  const titleOf = (item) =>
      item.getAttribute('title') ?? item.querySelector(':scope > title')?.textContent ?? '';
  function addValues() {
    const line = make('p', {class: 'value', role: 'status'});
    document.body.append(line);
    let current = null;
    const show = (item) => {
      current?.classList.remove('current');
      current = item;
      current?.classList.add('current');
      line.textContent = item ? (item.localName === 'bdi' ? `${item.textContent}: ` : '') + titleOf(item) : '';
    };
    const itemAt = (event) => {
      const item = event.target.closest?.('.values [title], .values rect, .values circle, .values path');
      return item && titleOf(item) ? item : null;
    };
    for (const event of ['mouseover', 'click'])
      document.addEventListener(event, (e) => { if (itemAt(e) || current) show(itemAt(e)); });
    document.querySelectorAll('.values').forEach((group) => {
      const items = [...group.querySelectorAll('[title], rect, circle, path')].filter(titleOf);
      if (!items.length) return;
      const columns = Number(group.dataset.columns ?? 0);
      if (!group.hasAttribute('role')) group.setAttribute('role', 'group');
      group.setAttribute('aria-label', `${group.getAttribute('aria-label') ?? 'Words'}: arrow keys read values`);
      group.tabIndex = 0;
      group.addEventListener('keydown', (event) => {
        const at = items.indexOf(current), last = items.length - 1;
        const to = {ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last,
                    ArrowDown: columns ? at + columns : undefined,
                    ArrowUp: columns ? at - columns : undefined}[event.key];
        if (event.key === 'Escape') show(null);
        if (to === undefined) return;
        event.preventDefault();
        show(items[Math.max(0, Math.min(last, to))]);
        current.scrollIntoView({block: 'nearest', inline: 'nearest'});
      });
      group.addEventListener('blur', () => show(null));
    });
  }

  // Sections by their numbers and words.
  const orders = {length: 'length', score: 'score', probability: 'probability', entropy: 'entropy', aer: 'AER'};
  function addTools() {
    const sections = [...document.querySelectorAll('.item')];
    if (sections.length < 2) return;
    const text = new Map(sections.map((section) => [section,
      [...section.querySelectorAll('h2, p, li, b, figcaption')].map((part) => part.textContent).join(' ').toLowerCase()]));
    const search = make('input', {type: 'search', placeholder: 'words', 'aria-label': 'Search'});
    const order = make('select', {}, make('option', {value: ''}, 'place in the file'));
    for (const [key, name] of Object.entries(orders)) {
      if (!sections.some((section) => key in section.dataset)) continue;
      order.append(make('option', {value: `${key} 1`}, `${name}, smallest first`),
                   make('option', {value: `${key} -1`}, `${name}, largest first`));
    }
    const count = make('span', {class: 'soft', role: 'status'});
    const end = document.createComment('sections');
    sections[0].before(make('div', {class: 'tools', role: 'search'}, make('label', {}, 'Search ', search),
                            make('label', {}, 'Order ', order), count));
    sections[sections.length - 1].after(end);
    // Those without a number come last.
    order.addEventListener('change', () => {
      const [key, sign] = order.value.split(' ');
      const number = (section) => key in section.dataset ? Number(section.dataset[key]) * sign : Infinity;
      const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
      const sorted = key ? [...sections].sort((a, b) => compare(number(a), number(b))) : sections;
      sorted.forEach((section) => section.parentNode.insertBefore(section, end));
    });
    search.addEventListener('input', () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const section of sections) {
        section.hidden = !words.every((word) => text.get(section).includes(word));
        if (!section.hidden) ++found;
      }
      count.textContent = words.length ? `${found} of ${sections.length}` : '';
    });
  }

  addEventListener('DOMContentLoaded', () => {
    addThemeButton();
    addTools();
    addValues();
  });
  return {make, shade};
})();
