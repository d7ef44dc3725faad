// The page of a server: translations that grow, with their attention, and labels (page_labels.js).
'use strict';

addEventListener('DOMContentLoaded', () => {
  const {make, shade, ask, follow, pause} = alinea;
  const element = (id) => document.getElementById(id);
  const stepTime = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 90;  // milliseconds
  const probability = (logarithm) => (logarithm === null ? 0 : Math.exp(logarithm));  // null: minus infinity

  // What the tokenizer of a model makes tokens of, from the tokens.
  const joined = {
    char: (tokens) => tokens.join(''),
    sentencepiece: (tokens) => tokens.join('').replaceAll('▁', ' ').trim(),
    'subword-nmt': (tokens) => tokens.join(' ').replaceAll('@@ ', ''),
  };
  const textOf = (model, tokens) => (joined[model.target.tokenizer] ?? ((words) => words.join(' ')))(tokens);

  const say = (text) => { element('message').textContent = text; };

  // One model and what it makes of the text.
  class Panel {
    constructor(model) {
      this.model = model;
      this.turn = 0;  // of what grows
      this.prefix = '';  // what the translation has to begin with
      this.text = '';
      this.words = make('p', {class: 'output', role: 'group', 'aria-label': 'Translation'});
      this.force = make('form', {class: 'force', hidden: ''});
      this.step = make('input', {type: 'range', min: 0, 'aria-label': 'Words written'});
      this.replay = make('button', {type: 'button'}, 'Replay');
      this.steps = make('div', {class: 'tools steps', hidden: ''}, this.replay, make('label', {}, 'words written ', this.step));
      this.best = make('ol', {class: 'best', 'aria-label': 'Translations, best first'});
      this.kind = make('select', {'aria-label': 'Attention of'});
      for (const kind of Object.keys(model.attention))
        this.kind.append(make('option', {value: kind}, {cross: 'source', encoder: 'encoder to itself', decoder: 'decoder to itself'}[kind] ?? kind));
      this.kindLabel = make('div', {class: 'tools'}, make('label', {}, 'Attention to ', this.kind));
      this.kindLabel.hidden = this.kind.options.length < 2;
      this.viewer = make('div', {class: 'view'});
      this.spoken = make('p', {class: 'unseen', role: 'status'});
      this.message = make('p', {class: 'message', role: 'alert'});
      this.root = make('section', {class: 'panel', 'aria-label': `Model ${model.name}`},
                       make('h2', {}, model.name), this.message, this.words, this.force, this.steps, this.spoken,
                       this.kindLabel, this.viewer, this.best);
      if (this.kind.options.length)
        this.view = new alinea.AttentionView(this.viewer, {name: `attention-${model.name}`, onChoose: (t) => { if (this.kind.value === 'cross') this.edit(t); }});
      this.viewer.hidden = true;
      this.replay.addEventListener('click', () => this.grow(0));
      this.step.addEventListener('input', () => { ++this.turn; this.showSteps(Number(this.step.value)); });
      this.kind.addEventListener('change', () => this.translate(this.text));
      this.words.addEventListener('click', (event) => {
        const button = event.target.closest('button');
        if (button) this.edit([...this.words.querySelectorAll('button')].indexOf(button));
      });
      this.force.addEventListener('submit', (event) => {
        event.preventDefault();
        const before = textOf(this.model, this.chosen.tokens.slice(0, this.place)), word = this.input.value.trim();
        const space = before && this.model.target.tokenizer !== 'char' ? ' ' : '';
        if (word) this.goOn(before + space + word);
      });
    }

    request(fields) {
      return {model: this.model.name, text: this.text, beam_size: Number(element('beam').value), ...fields};
    }

    async translate(text) {
      if (text !== this.text) this.prefix = '';
      this.text = text;
      this.abort?.abort();
      this.abort = new AbortController();
      if (!text) return this.clear();
      const {signal} = this.abort;
      const best = Math.min(Number(element('best').value), Number(element('beam').value));
      try {
        const answer = await follow('translate', this.request({
          n_best: best, prefix: this.prefix,
          ...(this.view ? {attention: [this.kind.value]} : {})}), signal, (soFar) => this.showSoFar(soFar));
        const result = answer.results[0];
        if (result.error) throw new Error(result.error);
        this.message.textContent = (result.warnings ?? []).join('; ');
        this.show(result.translations);
      } catch (error) {
        if (error.name !== 'AbortError') this.message.textContent = error.message;
      }
      return undefined;
    }

    // While the server translates: the words of the best translation so far, and what they looked at.
    showSoFar({tokens, attention}) {
      ++this.turn;
      this.chosen = null;
      this.message.textContent = '';
      this.force.hidden = this.steps.hidden = true;
      this.best.replaceChildren();
      this.words.replaceChildren(...tokens.flatMap((token) => [make('span', {class: 'growing'}, make('bdi', {}, token)), ' ']));
      this.viewer.hidden = !attention;
      if (attention) this.showWeights(attention.cross);
    }

    showWeights({rows, columns, layers, weights}, shown = rows.length) {
      this.view.show({source: columns, target: rows, layers, heads: weights.flat()}, shown);
    }

    clear() {
      this.chosen = null;
      ++this.turn;
      this.message.textContent = this.spoken.textContent = '';
      for (const part of [this.words, this.best]) part.replaceChildren();
      for (const part of [this.force, this.steps, this.viewer]) part.hidden = true;
    }

    // How many of the tokens the prefix has.
    forced(tokens) {
      let count = 0;
      while (count < tokens.length && textOf(this.model, tokens.slice(0, count)).length < this.prefix.length) ++count;
      return count;
    }

    show(translations) {
      this.translations = translations;
      this.best.replaceChildren(...(translations.length < 2 ? [] : translations.map((translation, i) => {
        const radio = make('input', {type: 'radio', name: `best-${this.model.name}`, ...(i === 0 ? {checked: ''} : {})});
        radio.addEventListener('change', () => this.choose(i));
        return make('li', {}, make('label', {}, radio,
            make('span', {class: 'words'}, ...translation.tokens.map((token, t) => make('span', {}, make('bdi', {}, token),
                this.number(translation.token_log_probabilities[t])))),
            make('span', {class: 'soft'}, translation.score.toFixed(3))));
      })));
      this.choose(0);
    }

    number(logarithm) {
      const p = probability(logarithm);
      return make('small', {class: `shaded ${shade(p)}`}, p.toFixed(2));
    }

    // Shows one of the translations.
    choose(i) {
      ++this.turn;
      this.chosen = this.translations[i];
      const {tokens, text} = this.chosen;
      const forced = this.forced(tokens);
      this.force.hidden = true;
      this.spoken.textContent = `Translation: ${text}`;
      this.words.replaceChildren(...tokens.flatMap((token, t) => [make('button', {type: 'button', 'aria-expanded': false,
          class: t < forced ? 'forced' : '',
          'aria-label': `${token}, probability ${probability(this.chosen.token_log_probabilities[t]).toFixed(2)}${t < forced ? ', forced' : ''}`},
          make('bdi', {}, token), this.number(this.chosen.token_log_probabilities[t])), ' ']));
      this.step.max = tokens.length;
      this.steps.hidden = tokens.length === 0;
      this.showSteps(tokens.length);
    }

    // Shows once more how it was written.
    async grow(from) {
      const turn = ++this.turn, last = this.chosen.tokens.length;
      for (let step = Math.min(from, last); step <= last; ++step) {
        this.showSteps(stepTime ? step : last);
        if (!stepTime) return;
        await pause(stepTime);
        if (turn !== this.turn) return;
      }
    }

    showSteps(step) {
      this.step.value = step;
      [...this.words.querySelectorAll('button')].forEach((word, t) => word.classList.toggle('waits', t >= step));
      const weights = this.chosen.attention?.[this.kind.value];
      this.viewer.hidden = !weights;
      if (!weights) return;
      // Of the encoder all rows are there before the first word is written.
      const shown = this.kind.value === 'encoder' ? weights.rows.length
          : Math.max(0, weights.rows.length - this.chosen.tokens.length + step);
      this.showWeights(weights, shown);
    }

    // Offers other words in the place of word t.
    async edit(t) {
      const buttons = [...this.words.querySelectorAll('button')];
      if (!buttons[t]) return;
      this.place = t;
      buttons.forEach((button, i) => button.setAttribute('aria-expanded', i === t));
      this.input = make('input', {autocomplete: 'off', dir: 'auto', 'aria-label': `Another word in the place of ${this.chosen.tokens[t]}`});
      const offers = make('div', {class: 'tools', role: 'group', 'aria-label': 'Words that the model would write here'});
      const close = make('button', {type: 'button'}, 'Close');
      close.addEventListener('click', () => { this.force.hidden = true; buttons[t].setAttribute('aria-expanded', false); buttons[t].focus(); });
      const free = make('button', {type: 'button'}, 'Free all words');
      free.addEventListener('click', () => { this.prefix = ''; this.translate(this.text); });
      this.force.replaceChildren(offers, make('div', {class: 'tools'},
          make('label', {}, 'Another word ', this.input), make('button', {}, 'Go on from here'),
          ...(this.prefix ? [free] : []), close));
      this.force.hidden = false;
      this.input.focus();
      try {
        const answer = await ask('translate', this.request({beam_size: 10, n_best: 10,
            prefix: textOf(this.model, this.chosen.tokens.slice(0, t))}));
        const found = new Map();
        for (const {tokens, token_log_probabilities: values} of answer.results[0].translations ?? [])
          if (tokens.length > t && !found.has(tokens[t])) found.set(tokens[t], probability(values[t]));
        offers.append(...[...found].sort((a, b) => b[1] - a[1]).map(([token, p]) => {
          const offer = make('button', {type: 'button'}, make('bdi', {}, token), ` ${p.toFixed(2)}`);
          offer.disabled = token === '</s>';
          offer.addEventListener('click', () => this.goOn(textOf(this.model, [...this.chosen.tokens.slice(0, t), token])));
          return offer;
        }));
      } catch (error) {
        this.message.textContent = error.message;
      }
    }

    // Translates again, from what the translation has to begin with.
    goOn(prefix) {
      this.prefix = prefix;
      this.force.hidden = true;
      this.translate(this.text).then(() => this.words.querySelector('button')?.focus());
    }
  }

  let models = [], panels = [];

  const kindOf = (model) => model.paths.find((path) => path === '/translate' || path in alinea.labelPanels);
  const openPanel = (model) => (kindOf(model) === '/translate' ? new Panel(model) : new alinea.labelPanels[kindOf(model)](model));

  function openPanels() {
    const names = [element('model').value, element('other').value].filter((name, i, all) => name && all.indexOf(name) === i);
    panels = names.map((name) => panels.find((panel) => panel.model.name === name) ??
                                 openPanel(models.find((model) => model.name === name)));
    element('search').hidden = panels.every((panel) => !(panel instanceof Panel));
    element('panels').replaceChildren(...panels.map((panel) => panel.root));
  }

  // The address of the page has what it shows, so that it can be passed on.
  function remember() {
    const state = new URLSearchParams({text: element('text').value, model: element('model').value, other: element('other').value});
    history.replaceState(null, '', `#${state}`);
  }

  function translate() {
    remember();
    const lines = element('text').value.split('\n').map((line) => line.trim()).filter(Boolean);
    if (!element('form').reportValidity()) return;
    for (const panel of panels) panel.translate(lines.join(' '), lines);
  }

  async function start() {
    models = (await ask('models')).models.filter(kindOf);
    if (!models.length) throw new Error('The server has no model for this page; openapi.json says what it answers.');
    const state = new URLSearchParams(location.hash.slice(1));
    element('other').append(make('option', {value: ''}, 'no other'));
    for (const id of ['model', 'other'])
      element(id).append(...models.map(({name}) => make('option', {value: name}, name)));
    const known = (name) => models.some((model) => model.name === name);
    if (known(state.get('model'))) element('model').value = state.get('model');
    if (known(state.get('other'))) element('other').value = state.get('other');
    element('beside').hidden = models.length < 2;
    element('text').value = state.get('text') ?? '';
    openPanels();
    let timer = 0;
    element('text').addEventListener('input', () => {
      clearTimeout(timer);
      if (element('live').checked) timer = setTimeout(translate, 250);
    });
    element('text').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) translate();
    });
    element('form').addEventListener('submit', (event) => { event.preventDefault(); translate(); });
    for (const id of ['model', 'other'])
      element(id).addEventListener('change', () => { openPanels(); translate(); });
    for (const id of ['beam', 'best']) element(id).addEventListener('change', translate);
    translate();
  }

  start().catch((error) => say(error.message));
});
