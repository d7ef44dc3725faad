'use strict';

const element = (id) => document.getElementById(id);

async function ask(path, body) {
  const answer = await fetch(path, body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error);
  return json;
}

let models = [];

function showAttention(attention) {
  const table = document.createElement('table');
  const head = table.insertRow();
  head.insertCell();
  for (const column of attention.columns) head.appendChild(document.createElement('th')).textContent = column;
  attention.rows.forEach((token, t) => {
    const row = table.insertRow();
    row.appendChild(document.createElement('th')).textContent = token;
    for (const weight of attention.mean[t]) {
      const cell = row.insertCell();
      cell.title = weight.toFixed(3);
      cell.style.background = `rgba(20, 80, 160, ${weight})`;
    }
  });
  element('attention').replaceChildren(table);
}

async function translate(event) {
  event.preventDefault();
  const model = models.find((each) => each.name === element('model').value);
  element('message').textContent = '';
  try {
    const answer = await ask('translate', {
      model: model.name,
      text: element('text').value,
      attention: 'cross' in model.attention,
    });
    const best = answer.results[0].translations[0];
    element('translation').textContent = best.text;
    if (best.attention) showAttention(best.attention.cross);
  } catch (error) {
    element('message').textContent = error.message;
  }
}

async function start() {
  models = (await ask('models')).models.filter((model) => model.paths.includes('/translate'));
  for (const model of models) element('model').add(new Option(model.name));
  element('form').addEventListener('submit', translate);
}

start();
