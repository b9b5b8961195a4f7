import { link, renderMrkdwn, unescapeEntities } from './mrkdwn.js';

/**
 * Builds what the list shows of one message.
 *
 * @param message as in GET /api/messages
 * @returns {HTMLLIElement}
 */
export function messageView(message) {
  const body = make('div', 'body', meta(message));
  if (message.payload.attachments?.length) {
    body.append(...when(message.pretext, textView), attachment(message));
  } else {
    body.append(textView(message.text));
  }
  body.append(received(message.payload));

  const avatar = make('div', 'avatar');
  avatar.dataset.initial = [...message.username][0].toUpperCase();
  avatar.setAttribute('aria-hidden', 'true');
  return make('li', 'message', avatar, body);
}

/** The word that the title says about its alert: FIRING, RESOLVED, or undefined. */
function stateOf(message) {
  return message.title.match(/\b(firing|resolved)\b/i)?.[1].toUpperCase();
}

function meta(message) {
  const time = make('time', '', timeOfDay(message.receivedAt));
  time.dateTime = message.receivedAt;
  const line = make(
    'p',
    'meta',
    make('strong', '', message.username),
    make('span', 'tag', 'APP'),
    time,
  );
  if (message.attempt > 1) {
    line.append(make('span', 'attempt', `accepted at attempt ${message.attempt}`));
  }
  const state = stateOf(message);
  if (state) {
    const badge = make('strong', 'badge', state);
    badge.dataset.state = state.toLowerCase();
    line.append(badge);
  }
  return line;
}

/** Hours, minutes and seconds, and the day too unless it is today. */
function timeOfDay(iso) {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return today ? time.toLocaleTimeString('en-GB') : time.toLocaleString('en-GB');
}

function attachment(message) {
  const box = make('div', 'attachment');
  const named = ['good', 'warning', 'danger'].includes(message.color);
  const color = named ? `var(--${message.color})` : message.color;
  // A value that is no colour is ignored by CSS, and the bar stays grey.
  if (CSS.supports('color', color)) box.style.setProperty('--bar', color);

  const { title, text, fields, footer, fallback } = message;
  box.append(
    ...when(title, () => make('h3', '', link(message.titleLink, unescapeEntities(title)))),
    ...when(text || (title || fields.length ? '' : fallback), textView),
    ...when(fields.length > 0, () => make('dl', 'fields', ...fields.map(fieldView))),
    ...when(footer, () => make('p', 'footer', unescapeEntities(footer))),
  );
  return box;
}

function fieldView({ title, value, short }) {
  const term = make('dt', '', unescapeEntities(title));
  return make('div', short ? 'short' : '', term, make('dd', '', ...renderMrkdwn(value)));
}

const textView = (text) => make('div', 'text', ...renderMrkdwn(text.trimEnd()));

function received(payload) {
  const json = make('pre', '', JSON.stringify(payload, null, 2));
  return make('details', '', make('summary', '', 'JSON as received'), json);
}

/** One element, or none when there is nothing to show. */
const when = (value, view) => (value ? [view(value)] : []);

/** Strings among the content become text nodes, never HTML. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}
