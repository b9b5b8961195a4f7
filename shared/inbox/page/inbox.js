import { messageView } from './message-view.js';
import { clearMessages, follow, setFailures } from './server.js';

/** The server keeps no more than these either. */
const MOST_SHOWN = 200;

const at = (id) => document.getElementById(id);

/** Oldest first, as the server has them. */
let messages = [];
let channel = '#alerts';
let failuresLeft = 0;
let unread = 0;

function showSnapshot(snapshot) {
  channel = snapshot.channel;
  at('channel').textContent = channel;
  const address = `${location.origin}${snapshot.webhookPath}`;
  at('example').textContent = `curl -d '{"text": "Hello"}' ${address}`;
  showFailures(snapshot.failures);
  showMessages(snapshot.messages);
}

/** Removes what is gone and adds what is new. What stays is not touched: somebody may be reading it. */
function showMessages(next) {
  messages = next.slice(-MOST_SHOWN);
  const keys = messages.map(keyOf);
  const items = [...at('messages').children];
  for (const item of items) if (!keys.includes(item.dataset.key)) item.remove();
  const shown = items.map((item) => item.dataset.key);
  for (const message of messages) {
    if (shown.includes(keyOf(message))) continue;
    const item = messageView(message);
    item.dataset.key = keyOf(message);
    at('messages').prepend(item);
  }
  at('empty').hidden = messages.length > 0;
  at('count').textContent = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  showTitle();
}

/** Ids start again when the server does; together with the time they stay unique. */
const keyOf = ({ id, receivedAt }) => `${id} ${receivedAt}`;

function receive(message) {
  if (document.hidden) unread += 1;
  showMessages([...messages, message]);
  at('messages').firstElementChild.dataset.justArrived = '';
  at('announcement').textContent =
    `New message from ${message.username}: ${message.title || message.text}`;
}

function showTitle() {
  document.title = `${unread ? `(${unread}) ` : ''}${channel} · Slack inbox`;
}

function showFailures({ left, status }) {
  failuresLeft = left;
  const deliveries = left === 1 ? 'delivery' : `${left} deliveries`;
  at('refusing').textContent = left
    ? `Refusing the next ${deliveries} with ${status}`
    : 'Accepting every delivery';
  at('refusing').toggleAttribute('data-on', left > 0);
  at('switch').textContent = left ? 'Stop refusing' : 'Refuse';
  at('choice').disabled = left > 0;
}

function showConnection(words, isLive) {
  // The same words again would be read aloud again.
  if (at('connection').textContent !== words) at('connection').textContent = words;
  at('connection').toggleAttribute('data-live', isLive);
}

/** An answer is shown at once, also while there is no stream. */
const tellFailure = () => showConnection('No connection', false);

at('refuse').addEventListener('submit', (event) => {
  event.preventDefault();
  const next = failuresLeft ? 0 : Number(at('next').value);
  setFailures(next, Number(at('status').value)).then(showFailures, tellFailure);
});

at('clear').addEventListener('click', () => {
  clearMessages().then(() => showMessages([]), tellFailure);
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) unread = 0;
  showTitle();
});

follow({
  snapshot: showSnapshot,
  message: receive,
  failures: showFailures,
  connection: showConnection,
});
