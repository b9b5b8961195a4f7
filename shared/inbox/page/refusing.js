import { hasSeveral } from './columns.js';
import { setFailures } from './server.js';

const at = (id) => document.getElementById(id);

/** What Alertmanager does after each status, channel by channel. */
const CHANNELS = {
  slack: {
    title: 'Slack',
    statuses: { 503: 'retry soon', 500: 'retry soon', 429: 'retry late', 404: 'retry late' },
  },
  mail: {
    title: 'E-mail',
    statuses: { 451: 'retry soon', 421: 'retry soon', 452: 'retry soon', 550: 'retry soon' },
  },
  pager: {
    title: 'Pager',
    statuses: { 503: 'retry soon', 500: 'retry soon', 429: 'retry soon', 400: 'retry late' },
  },
  deadman: {
    title: "Dead man's switch",
    statuses: { 503: 'retry soon', 500: 'retry soon', 429: 'retry late', 404: 'retry late' },
  },
};

const left = Object.fromEntries(Object.keys(CHANNELS).map((name) => [name, { left: 0 }]));

/** @param states channel → how many deliveries will be refused, and with which status */
export function showFailures(states) {
  Object.assign(left, states);
  const on = Object.keys(CHANNELS).filter((name) => left[name].left > 0);
  at('refusing').textContent = on.map(describe).join('. ') || 'Accepting every delivery';
  at('refusing').toggleAttribute('data-on', on.length > 0);
  showChoice();
}

function describe(name) {
  const { left: count, status } = left[name];
  const deliveries = count === 1 ? 'delivery' : `${count} deliveries`;
  const whose = hasSeveral() || name !== 'slack' ? `${CHANNELS[name].title}: refusing` : 'Refusing';
  return `${whose} the next ${deliveries} with ${status}`;
}

/** What can be done about the channel that is chosen. */
function showChoice() {
  const isOn = left[at('way').value].left > 0;
  at('switch').textContent = isOn ? 'Stop refusing' : 'Refuse';
  at('choice').disabled = isOn;
}

function showStatuses() {
  const options = Object.entries(CHANNELS[at('way').value].statuses).map(
    ([status, what]) => new Option(`${status}, ${what}`, status),
  );
  // A number among the keys of an object comes before the others; the first of the table is the usual one.
  at('status').replaceChildren(...options);
  at('status').value = { mail: '451' }[at('way').value] ?? '503';
}

/** @param tellFailure called when the server does not answer */
export function connectRefusing(tellFailure) {
  const titles = Object.entries(CHANNELS).map(([name, { title }]) => new Option(title, name));
  at('way').replaceChildren(...titles);
  showStatuses();
  at('way').addEventListener('change', () => {
    showStatuses();
    showChoice();
  });
  at('refuse').addEventListener('submit', (event) => {
    event.preventDefault();
    const channel = at('way').value;
    const next = left[channel].left ? 0 : Number(at('next').value);
    setFailures({ channel, next, status: Number(at('status').value) }).then(
      ({ channel: name, ...state }) => showFailures({ [name]: state }),
      tellFailure,
    );
  });
}
