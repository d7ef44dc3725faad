// Drawings of a page as files: SVG and PNG, light whatever the page is.
'use strict';

Object.assign(alinea, (() => {
  const {make} = alinea;
  const looks = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size',
                 'font-weight', 'text-anchor', 'direction', 'unicode-bidi'];

  // What act() makes of the page while it is light.
  function inLight(act) {
    const root = document.documentElement, theme = root.dataset.theme;
    root.dataset.theme = 'light';
    try { return act(); } finally { root.dataset.theme = theme; }
  }

  // What a file holds of an SVG element of the page: its looks written out, without what moves or answers.
  function frozen(svg) {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
    from.forEach((element, i) => {
      const style = getComputedStyle(element);
      for (const name of looks) to[i].setAttribute(name, style.getPropertyValue(name));
      for (const name of ['tabindex', 'style']) to[i].removeAttribute(name);
    });
    copy.querySelectorAll('.cursor').forEach((element) => element.remove());
    copy.querySelectorAll('.sticks').forEach((element) => element.removeAttribute('transform'));
    return copy;
  }

  function save(blob, name) {
    const link = make('a', {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function savePng(svg, text, name) {
    const width = Number(svg.getAttribute('width')), height = Number(svg.getAttribute('height'));
    const picture = new Image();
    picture.onload = () => {
      const scale = Math.min(2, 16000 / Math.max(width, height));
      const canvas = make('canvas', {width: width * scale, height: height * scale});
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, name));
    };
    picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  }

  // Buttons that save what draw() makes, an SVG element with width and height, while the page is light.
  function saveButtons(name, draw) {
    return ['SVG', 'PNG'].map((format) => {
      const button = make('button', {type: 'button', 'aria-label': `Save as ${format}`}, format);
      button.addEventListener('click', () => {
        const svg = inLight(draw), text = new XMLSerializer().serializeToString(svg);
        if (format === 'SVG') save(new Blob([text], {type: 'image/svg+xml'}), `${name()}.svg`);
        else savePng(svg, text, `${name()}.png`);
      });
      return button;
    });
  }

  // An SVG element over the box of a part of the page, white, with a title.
  function sheet(box, title) {
    const width = Math.ceil(box.width), height = Math.ceil(box.height);
    return make('svg', {width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': 'Helvetica, Arial, sans-serif',
                        role: 'img', 'aria-label': title},
                make('title', {}, title), make('rect', {width, height, fill: '#ffffff'}));
  }

  // The text of an element where it stands on the page, whose upper left corner is that of `box`.
  function lettering(element, box) {
    const range = document.createRange();
    range.selectNodeContents(element.firstChild ?? element);
    const at = range.getBoundingClientRect(), style = getComputedStyle(element);
    const right = style.direction === 'rtl';
    return make('text', {x: (right ? at.right : at.left) - box.left, y: (at.top + at.bottom) / 2 - box.top, dy: '.35em',
                         fill: style.color, 'font-size': style.fontSize, 'font-weight': style.fontWeight, direction: style.direction,
                         'text-anchor': 'start'}, element.firstChild?.textContent.trim() ?? '');
  }

  // Shaded words as the page has them: what of `host` matches the selector, with its shade, the line below it
  // that has its weight, and its text.
  function snapshot(host, selector, title) {
    const box = host.getBoundingClientRect(), svg = sheet(box, title);
    for (const element of host.querySelectorAll(selector)) {
      const style = getComputedStyle(element);
      const shaded = element.classList.contains('shaded'), weight = Number(style.getPropertyValue('--weight'));
      for (const at of shaded ? element.getClientRects() : []) {
        const place = {x: at.left - box.left, y: at.top - box.top, width: at.width, height: at.height};
        svg.append(make('rect', {...place, fill: style.backgroundColor}));
        if (style.boxShadow !== 'none')
          svg.append(make('rect', {...place, y: place.y + at.height + 1.6, height: 1 + 4.8 * weight, fill: style.getPropertyValue('--most').trim()}));
      }
      svg.append(lettering(element, box));
    }
    return svg;
  }

  // The sections of highlighted documents have buttons.
  addEventListener('DOMContentLoaded', () => {
    for (const section of document.querySelectorAll('section.highlighted')) {
      const heading = section.querySelector('h2');
      heading.after(make('div', {class: 'tools'}, ...saveButtons(() => `attention-${section.id}`,
          () => snapshot(section, 'h2 a, .weight, bdi, li i', heading.textContent))));
    }
  });
  return {frozen, saveButtons, sheet, lettering, snapshot};
})());
