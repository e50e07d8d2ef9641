// Talks to /api/v1: reads, sets modes, and follows the event stream.

/** An answer that is no success, with the sentence of its problem+json. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `${status} ${problem.title ?? ''}`.trim());
    this.status = status;
  }
}

async function json(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { Accept: 'application/json', ...options.headers } });
  } catch {
    throw new Refusal(0, { detail: 'Tidecaster does not answer; it may be starting, or the network is away.' });
  }
  if (response.ok) return response.json();
  throw new Refusal(response.status, await response.json().catch(() => ({ title: response.statusText })));
}

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

export const scalers = () => pages('/api/v1/scalers?limit=1000', 5000);
export const installationMode = async () => (await json('/api/v1/mode')).mode;
export const decisionsSince = (scaler, since, most) => pages(`${base(scaler)}/decisions?limit=1000&since=${encodeURIComponent(since)}`, most);

const put = (path, mode) => json(path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ mode }) });
export const setInstallationMode = (mode) => put('/api/v1/mode', mode);
export const setScalerMode = (scaler, mode) => put(`${base(scaler)}/mode`, mode);

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

/**
 * Follows a scaler until closed. The browser reconnects by itself while the server can be reached; where it gave up
 * (a refusal), we try again, waiting longer each time.
 *
 * @param on {open, state(text), decision, forecast, scaler, gone}
 */
export function follow(scaler, on) {
  let source = null;
  let timer = 0;
  let wait = FIRST_WAIT_MS;
  let lastId = null;

  function connect() {
    on.state(lastId === null ? 'connecting' : 'reconnecting');
    source = new EventSource(`${base(scaler)}/stream`);
    source.addEventListener('open', () => {
      wait = FIRST_WAIT_MS;
      on.state('live');
      on.open();
    });
    for (const name of ['decision', 'forecast', 'scaler']) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) lastId = event.lastEventId;
        on[name](JSON.parse(event.data));
      });
    }
    source.addEventListener('gone', () => {
      close();
      on.state('gone');
      on.gone();
    });
    source.addEventListener('error', () => {
      on.state('reconnecting');
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(connect, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    });
  }

  function close() {
    clearTimeout(timer);
    source?.close();
  }

  connect();
  return close;
}
