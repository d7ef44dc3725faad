// Panels of models that give labels: classifiers of texts, with the words that counted, and taggers.
'use strict';

alinea.labelPanels = (() => {
  const {make, shade} = alinea;

  // A panel of one model; what it asks and shows of an answer is for those below.
  class LabelPanel {
    constructor(model) {
      this.model = model;
      this.message = make('p', {class: 'message', role: 'alert'});
      this.spoken = make('p', {class: 'unseen', role: 'status'});
      this.result = make('div', {class: 'result'});
      this.viewer = make('div', {class: 'view', hidden: ''});
      this.tools = make('div', {class: 'tools', hidden: ''}, ...alinea.saveButtons(() => `labels-${model.name}`,
          () => alinea.snapshot(this.result, 'h3, b, bdi, small', `${model.name}: ${this.spoken.textContent}`)));
      this.root = make('section', {class: 'panel', 'aria-label': `Model ${model.name}`},
                       make('h2', {}, model.name), this.message, this.spoken, this.result, this.tools, this.viewer);
    }

    async translate(text, lines) {
      this.abort?.abort();
      this.abort = new AbortController();
      this.clear();
      if (!text) return;
      try {
        const answer = await alinea.ask(this.path, {model: this.model.name, attention: this.model.attention, ...this.fields(text, lines)},
                                        this.abort.signal);
        if (answer.results[0].error) throw new Error(answer.results[0].error);
        this.show(answer.results[0]);
        this.tools.hidden = false;
      } catch (error) {
        if (error.name !== 'AbortError') this.message.textContent = error.message;
      }
    }

    clear() {
      this.message.textContent = this.spoken.textContent = '';
      this.result.replaceChildren();
      this.tools.hidden = this.viewer.hidden = true;
    }

    // Weights of words that look at words.
    showAttention(weights) {
      if (!weights) return;
      this.viewer.hidden = false;
      this.view ??= new alinea.AttentionView(this.viewer, {name: `attention-${this.model.name}`});
      this.view.show({source: weights.columns, target: weights.rows, layers: weights.layers, heads: weights.weights.flat()});
    }
  }

  class ClassPanel extends LabelPanel {
    path = 'classify';

    fields(text, lines) {
      if (!this.model.pairs) return {text};
      if (lines.length < 2) throw new Error('This model compares two texts: the first line is the premise, the second the hypothesis.');
      return {premise: lines[0], hypothesis: lines.slice(1).join(' ')};
    }

    show({label, probabilities, attention}) {
      this.spoken.textContent = `Class: ${label}`;
      this.result.append(make('h3', {}, make('bdi', {}, label)), make('ul', {class: 'classes', 'aria-label': 'Probabilities'},
          ...Object.entries(probabilities).sort((a, b) => b[1] - a[1]).map(([name, p]) => make('li', {},
              make('bdi', {}, name), make('small', {class: `shaded ${shade(p)}`}, p.toFixed(4))))));
      for (const sentence of attention?.sentences ?? []) this.result.append(this.sentence(sentence));
      this.showAttention(attention?.hypothesis ?? attention?.encoder);
    }

    // As on the pages of highlighted documents: √(p_s p_w) of each word.
    sentence({weight, words, weights}) {
      return make('p', {class: 'shades', dir: 'auto'}, ...words.flatMap((word, w) => {
        const mark = Math.sqrt(weight * weights[w]);
        return [make('bdi', {class: shade(mark) === 'w0' ? null : `shaded ${shade(mark)}`,
                             title: `weight ${weights[w].toFixed(4)} in a sentence of weight ${weight.toFixed(4)}`}, word), ' '];
      }));
    }
  }

  class TagPanel extends LabelPanel {
    path = 'tag';
    fields(text) { return {text}; }

    show({words, tags, attention, ...more}) {
      this.spoken.textContent = `Tags: ${words.map((word, w) => `${word} ${tags[w]}`).join(', ')}`;
      if (more.class) this.result.append(make('h3', {}, make('bdi', {}, more.class)));
      const kinds = this.model.tags;
      this.result.append(make('p', {class: 'tags', dir: 'auto'}, ...words.flatMap((word, w) => [make('span', {},
          make('bdi', {}, word), make('small', {class: tags[w] === 'O' ? 'soft' : `series-${kinds.indexOf(tags[w]) % 8}`}, tags[w])), ' '])));
      this.showAttention(attention?.encoder);
    }
  }

  return {'/classify': ClassPanel, '/tag': TagPanel};
})();
