import { fields, make, meta, received, stateIn, time, when } from './elements.js';

const entry = (...content) => make('li', 'entry', ...content);
const plain = (text) => make('div', 'text plain', text);

/** @param mail as in GET /api/mails */
export function mailView(mail) {
  const { from, to, subject, text, html, receivedAt } = mail;
  return entry(
    meta(mail, stateIn(subject), make('strong', '', from), time(receivedAt)),
    make('h3', '', subject || '(no subject)'),
    make('p', 'quiet', `to ${to.join(', ')}`),
    ...when(text, plain),
    ...when(html, () => received('HTML as received', html)),
  );
}

/** Enough to tell two incidents apart; Alertmanager's keys have 64 characters. */
const shorten = (key) => (key.length > 24 ? `${key.slice(0, 12)}…` : key);

/** What a pager does with an event: it rings, somebody answers, it stops. */
const LOOKS = { trigger: 'firing', resolve: 'resolved', acknowledge: 'quiet' };

/** @param page as in GET /api/pages */
export function pageView(page) {
  const { action, dedupKey, summary, severity, source, details, receivedAt } = page;
  const state = { word: action.toUpperCase(), look: LOOKS[action] };
  const list = [
    ...when(severity, (value) => ({ title: 'Severity', value, short: true })),
    ...when(source, (value) => ({ title: 'Source', value, short: true })),
    { title: 'Incident', value: make('code', '', shorten(dedupKey)) },
  ];
  return entry(
    meta(page, state, make('strong', '', 'Pager'), time(receivedAt)),
    ...when(summary, (words) => make('h3', '', words)),
    fields(list),
    ...when(Object.keys(details).length, () =>
      received('Details as received', JSON.stringify(details, null, 2)),
    ),
  );
}

/** @param it as in GET /api/deadman */
export function switchView({ name, lastPingAt, overdueAt, silent }) {
  const state = silent ? { word: 'SILENT', look: 'firing' } : { word: 'ARMED', look: 'resolved' };
  return entry(
    meta({}, state, make('strong', '', name)),
    make('p', 'quiet', 'Last ping ', time(lastPingAt)),
    make(
      'p',
      'quiet',
      silent ? 'Silent since ' : 'Speaks unless there is one before ',
      time(overdueAt),
    ),
  );
}
