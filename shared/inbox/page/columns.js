import { mailView, pageView, switchView } from './entry-views.js';
import { messageView } from './message-view.js';

/** The server keeps no more than these either. */
const MOST_SHOWN = 200;

const at = (id) => document.getElementById(id);

/** Ids start again when the server does; together with the time they stay unique. */
const byId = ({ id, receivedAt }) => `${id} ${receivedAt}`;

/** What the page shows, by the name that the snapshot has for it. Only messages show that there are none. */
const COLUMNS = {
  messages: {
    ...{ view: messageView, keyOf: byId, one: 'message', many: 'messages' },
    news: ({ username, title, text }) => `New message from ${username}: ${title || text}`,
  },
  mails: {
    ...{ view: mailView, keyOf: byId, one: 'e-mail', many: 'e-mails' },
    news: ({ subject }) => `New e-mail: ${subject}`,
  },
  pages: {
    ...{ view: pageView, keyOf: byId, one: 'page', many: 'pages' },
    news: ({ action, summary }) => `Pager, ${action}: ${summary}`,
  },
  switches: {
    ...{
      view: switchView,
      keyOf: (it) => Object.values(it).join(' '),
      one: 'switch',
      many: 'switches',
    },
  },
};

/** Oldest first, as the server has them. */
const shown = Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, []]));

/** Removes what is gone and adds what is new. What stays is not touched: somebody may be reading it. */
export function showColumn(name, next) {
  const { view, keyOf, one, many } = COLUMNS[name];
  const entries = next.slice(-MOST_SHOWN);
  shown[name] = entries;
  const keys = entries.map(keyOf);
  const items = [...at(name).children];
  for (const item of items) if (!keys.includes(item.dataset.key)) item.remove();
  const before = items.map((item) => item.dataset.key);
  for (const entry of entries) {
    if (before.includes(keyOf(entry))) continue;
    const item = view(entry);
    item.dataset.key = keyOf(entry);
    at(name).prepend(item);
  }
  const count = `${entries.length} ${entries.length === 1 ? one : many}`;
  for (const place of document.querySelectorAll(`[data-count="${name}"]`))
    place.textContent = count;
  showWhatThereIs();
}

/** One that has just come. */
export function addToColumn(name, entry) {
  showColumn(name, [...shown[name], entry]);
  at(name).firstElementChild.dataset.justArrived = '';
  at('announcement').textContent = COLUMNS[name].news(entry);
}

export const clearColumns = () => {
  for (const name of Object.keys(COLUMNS)) showColumn(name, []);
};

/** Whether the page shows more than the Slack messages, with which the lessons begin. */
export const hasSeveral = () => document.body.hasAttribute('data-several');

/** A column appears with its first delivery. */
function showWhatThereIs() {
  const others = Object.keys(COLUMNS).filter(
    (name) => name !== 'messages' && shown[name].length > 0,
  );
  for (const place of document.querySelectorAll('[data-column]')) {
    const { column } = place.dataset;
    place.hidden = column !== 'messages' && !others.includes(column);
  }
  document.body.toggleAttribute('data-several', others.length > 0);
  at('empty').hidden = shown.messages.length > 0;
}
