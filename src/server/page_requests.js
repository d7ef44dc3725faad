// What the page asks its server.
'use strict';

Object.assign(alinea, (() => {
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  // Throws an error with the server's words. A server that is busy says when to come again.
  async function send(path, body, signal) {
    for (let tries = 0; ; ++tries) {
      const answer = await fetch(path, body && {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), signal,
      }).catch((error) => { throw error.name === 'AbortError' ? error : new Error('The server does not answer.'); });
      if (answer.ok) return answer;
      if (answer.status === 503 && tries < 5) {
        await pause(1000 * Number(answer.headers.get('Retry-After') ?? 1));
        if (!signal?.aborted) continue;
      }
      const json = await answer.json().catch(() => ({}));
      throw new Error(json.error?.message ?? json.error ?? `The server answers with status ${answer.status}.`);
    }
  }

  const ask = async (path, body, signal) => (await send(path, body, signal)).json();

  // An answer that comes as server-sent events: onProgress is told what there is of it so far.
  async function follow(path, body, signal, onProgress) {
    const answer = await send(path, {...body, stream: true}, signal);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const {value, done} = await reader.read();
      if (done) throw new Error('The server has broken off its answer.');
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; text = text.slice(end + 2), end = text.indexOf('\n\n')) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
        const json = JSON.parse(data);
        if (name === 'answer') return json;
        if (name === 'error') throw new Error(json.error);
        onProgress(json);
      }
    }
  }

  return {ask, follow, pause};
})());
