import { fields, make, meta, received, stateIn, time, when } from './elements.js';
import { link, renderMrkdwn, unescapeEntities } from './mrkdwn.js';

/**
 * Builds what the list shows of one message.
 *
 * @param message as in GET /api/messages
 * @returns {HTMLLIElement}
 */
export function messageView(message) {
  const { username, title, receivedAt, payload } = message;
  const who = [make('strong', '', username), make('span', 'tag', 'APP'), time(receivedAt)];
  const body = make('div', 'body', meta(message, stateIn(title), ...who));
  if (payload.attachments?.length) {
    body.append(...when(message.pretext, textView), attachment(message));
  } else {
    body.append(textView(message.text));
  }
  body.append(received('JSON as received', JSON.stringify(payload, null, 2)));

  const avatar = make('div', 'avatar');
  avatar.dataset.initial = [...username][0].toUpperCase();
  avatar.setAttribute('aria-hidden', 'true');
  return make('li', 'message', avatar, body);
}

function attachment(message) {
  const box = make('div', 'attachment');
  const named = ['good', 'warning', 'danger'].includes(message.color);
  const color = named ? `var(--${message.color})` : message.color;
  // A value that is no colour is ignored by CSS, and the bar stays grey.
  if (CSS.supports('color', color)) box.style.setProperty('--bar', color);

  const { title, text, footer, fallback } = message;
  const list = message.fields.map(({ title, value, short }) => ({
    ...{ title: unescapeEntities(title), value: renderMrkdwn(value), short },
  }));
  box.append(
    ...when(title, () => make('h3', '', link(message.titleLink, unescapeEntities(title)))),
    ...when(text || (title || list.length ? '' : fallback), textView),
    ...when(list.length > 0, () => fields(list)),
    ...when(footer, () => make('p', 'footer', unescapeEntities(footer))),
  );
  return box;
}

const textView = (text) => make('div', 'text', ...renderMrkdwn(text.trimEnd()));
