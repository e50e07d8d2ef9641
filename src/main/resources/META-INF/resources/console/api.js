// Talks to /api/v1: reads, sets modes, and follows the event stream.

/** An answer that is no success, with the sentence of its problem+json. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `${status} ${problem.title ?? ''}`.trim());
    this.status = status;
  }
}

// The token of whoever looks stays in this tab, and is gone with it.
const TOKEN = 'tidecaster.token';
export const signIn = (token) => sessionStorage.setItem(TOKEN, token);

async function ask(path, options = {}) {
  const token = sessionStorage.getItem(TOKEN);
  const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
  let response;
  try {
    response = await fetch(path, { ...options, headers: { Accept: 'application/json', ...authorization, ...options.headers } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, { detail: 'Tidecaster does not answer; it may be starting, or the network is away.' });
  }
  if (response.ok) return response;
  throw new Refusal(response.status, await response.json().catch(() => ({ title: response.statusText })));
}

const json = async (path, options) => (await ask(path, options)).json();

async function pages(path, most) {
  const items = [];
  let next = null;
  do {
    const cursor = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page = await json(`${path}${cursor}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  return items;
}

const base = (scaler) => `/api/v1/scalers/${encodeURIComponent(scaler.namespace)}/${encodeURIComponent(scaler.name)}`;

// Who may look at one namespace alone opens /?namespace=crm.
const namespace = new URLSearchParams(location.search).get('namespace');
const inNamespace = namespace === null ? '' : `&namespace=${encodeURIComponent(namespace)}`;
export const scalers = () => pages(`/api/v1/scalers?limit=1000${inNamespace}`, 5000);
export const installationMode = async () => (await json('/api/v1/mode')).mode;
export const decisionsSince = (scaler, since, most) => pages(`${base(scaler)}/decisions?limit=1000&since=${encodeURIComponent(since)}`, most);

export const calendar = async (scaler) => (await json(`${base(scaler)}/calendar`)).items;

export const why = async (scaler) => (await json(`${base(scaler)}/why`)).items;
export const balancer = (scaler) => json(`${base(scaler)}/balancer`);
export const accuracy = (scaler) => json(`${base(scaler)}/accuracy`);

const put = (path, mode) => json(path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ mode }) });
export const setInstallationMode = (mode) => put('/api/v1/mode', mode);
export const setScalerMode = (scaler, mode) => put(`${base(scaler)}/mode`, mode);

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

/** The server-sent events of a response, as they come; an EventSource could send no token. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = { name: 'message', id: null, data: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
      const [, field, content] = /^([^:]*):? ?(.*)$/.exec(line);
      if (line === '') {
        if (event.data.length > 0) yield { ...event, data: event.data.join('\n') };
        event = { name: 'message', id: null, data: [] };
      } else if (field === 'event') event.name = content;
      else if (field === 'id') event.id = content;
      else if (field === 'data') event.data.push(content);
    }
  }
}

/**
 * Follows a scaler until closed; where that ends, we try again, waiting longer each time.
 *
 * @param on {open, state(text), decision, forecast, scaler, gone, refused(error)}
 */
export function follow(scaler, on) {
  const closing = new AbortController();
  let timer = 0;
  let wait = FIRST_WAIT_MS;
  let lastId = null;

  async function connect() {
    on.state(lastId === null ? 'connecting' : 'reconnecting');
    try {
      await listen();
    } catch (error) {
      if (error instanceof Refusal && error.status !== 0 && !closing.signal.aborted) on.refused(error);
    }
    if (closing.signal.aborted) return;
    on.state('reconnecting');
    timer = setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  async function listen() {
    const headers = { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) };
    const response = await ask(`${base(scaler)}/stream`, { headers, signal: closing.signal, cache: 'no-store' });
    wait = FIRST_WAIT_MS;
    on.state('live');
    on.open();
    for await (const { name, id, data } of events(response)) {
      if (closing.signal.aborted) return;
      if (id) lastId = id;
      if (name === 'gone') {
        close();
        on.state('gone');
        on.gone();
      } else if (['decision', 'forecast', 'scaler'].includes(name)) {
        on[name](JSON.parse(data));
      }
    }
  }

  function close() {
    clearTimeout(timer);
    closing.abort();
  }

  connect();
  return close;
}
