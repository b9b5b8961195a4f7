/** How often to ask while there is no live stream, in milliseconds. */
const POLL_INTERVAL = 3_000;

/**
 * Follows what happens in the inbox: live where possible, and by asking where not.
 *
 * @param on what to call: snapshot(everything), message, mail and page with a new one, switches(all), failures(state),
 *   connection(words, isLive)
 */
export function follow(on) {
  let stream = openStream(on);
  setInterval(() => {
    if (stream.readyState === EventSource.OPEN) return;
    poll(on);
    if (stream.readyState === EventSource.CLOSED) stream = openStream(on);
  }, POLL_INTERVAL);
}

/** When its connection breaks, the browser opens it again by itself. When it is refused, it stays closed. */
function openStream(on) {
  const stream = new EventSource('api/stream');
  stream.addEventListener('open', () => on.connection('Live', true));
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CONNECTING) on.connection('No connection', false);
  });
  for (const event of ['snapshot', 'message', 'mail', 'page', 'switches', 'failures']) {
    stream.addEventListener(event, ({ data }) => on[event](JSON.parse(data)));
  }
  return stream;
}

async function poll(on) {
  try {
    on.snapshot(await ask('GET', 'api/snapshot'));
    on.connection(`Asking every ${POLL_INTERVAL / 1_000} s`, false);
  } catch {
    on.connection('No connection', false);
  }
}

export const setFailures = (state) => ask('POST', 'api/failures', state);

export const clearMessages = () => ask('DELETE', 'api/messages');

/** @throws Error when nobody answers, or with an error */
async function ask(method, path, body) {
  const json = body && {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, { method, ...json });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}
