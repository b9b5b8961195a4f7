/** Makes an element. Strings among the content become text nodes, never HTML. */
export function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** One element, or none when there is nothing to show. */
export const when = (value, view) => (value ? [view(value)] : []);

/** Hours, minutes and seconds, and the day too unless it is today. */
export function time(iso) {
  const moment = new Date(iso);
  const today = moment.toDateString() === new Date().toDateString();
  const words = today ? moment.toLocaleTimeString('en-GB') : moment.toLocaleString('en-GB');
  const element = make('time', '', words);
  element.dateTime = iso;
  return element;
}

/** The line on top of an entry: whose it is, when it came, and what it says about its alert. */
export function meta({ attempt }, state, ...content) {
  const line = make('p', 'meta', ...content);
  if (attempt > 1) line.append(make('span', 'attempt', `accepted at attempt ${attempt}`));
  if (state) {
    const badge = make('strong', 'badge', state.word);
    badge.dataset.state = state.look;
    line.append(badge);
  }
  return line;
}

/** The word that a title says about its alert, FIRING or RESOLVED; undefined where it says neither. */
export function stateIn(title) {
  const word = title.match(/\b(firing|resolved)\b/i)?.[1].toUpperCase();
  return word && { word, look: word.toLowerCase() };
}

/** Names and values, those that are short side by side. */
export const fields = (list) =>
  make(
    'dl',
    'fields',
    ...list.map(({ title, value, short }) =>
      make('div', short ? 'short' : '', make('dt', '', title), make('dd', '', ...[value].flat())),
    ),
  );

/** What was received, for those who want to see all of it. */
export const received = (title, text) =>
  make('details', '', make('summary', '', title), make('pre', '', text));
