import { addToColumn, clearColumns, hasSeveral, showColumn } from './columns.js';
import { connectRefusing, showFailures } from './refusing.js';
import { clearMessages, follow } from './server.js';

const at = (id) => document.getElementById(id);

let channel = '#alerts';
let unread = 0;

function showSnapshot({ channel: name, webhookPath, hasBoard, failures, ...columns }) {
  channel = name;
  at('channel').textContent = channel;
  at('example').textContent = `curl -d '{"text": "Hello"}' ${location.origin}${webhookPath}`;
  at('class').hidden = !hasBoard;
  for (const [column, entries] of Object.entries(columns)) showColumn(column, entries);
  showFailures(failures);
  showTitle();
}

function receive(column, entry) {
  if (document.hidden) unread += 1;
  addToColumn(column, entry);
  showTitle();
}

function showTitle() {
  at('heading').textContent = hasSeveral() ? 'Inbox' : channel;
  const name = hasSeveral() ? 'Inbox' : `${channel} · Slack inbox`;
  document.title = `${unread ? `(${unread}) ` : ''}${name}`;
}

function showConnection(words, isLive) {
  // The same words again would be read aloud again.
  if (at('connection').textContent !== words) at('connection').textContent = words;
  at('connection').toggleAttribute('data-live', isLive);
}

/** An answer is shown at once, also while there is no stream. */
const tellFailure = () => showConnection('No connection', false);

connectRefusing(tellFailure);

at('clear').addEventListener('click', () => {
  clearMessages().then(clearColumns, tellFailure).then(showTitle);
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) unread = 0;
  showTitle();
});

follow({
  snapshot: showSnapshot,
  message: (it) => receive('messages', it),
  mail: (it) => receive('mails', it),
  page: (it) => receive('pages', it),
  switches: (all) => {
    showColumn('switches', all);
    showTitle();
  },
  failures: ({ channel: name, ...state }) => showFailures({ [name]: state }),
  connection: showConnection,
});
