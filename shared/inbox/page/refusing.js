import { hasSeveral } from './columns.js';
import { setFailures } from './server.js';

const at = (id) => document.getElementById(id);

const HTTP = { 503: 'retry soon', 500: 'retry soon', 429: 'retry late', 404: 'retry late' };

/** What Alertmanager does after each status, channel by channel, and the usual one. */
const CHANNELS = {
  slack: { title: 'Slack', usual: 503, statuses: HTTP },
  mail: {
    ...{ title: 'E-mail', usual: 451 },
    statuses: { 451: 'retry soon', 421: 'retry soon', 452: 'retry soon', 550: 'retry soon' },
  },
  pager: {
    ...{ title: 'Pager', usual: 503 },
    statuses: { 503: 'retry soon', 500: 'retry soon', 429: 'retry soon', 400: 'retry late' },
  },
  deadman: { title: "Dead man's switch", usual: 503, statuses: HTTP },
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
  const { statuses, usual } = CHANNELS[at('way').value];
  const options = Object.entries(statuses).map(
    ([status, what]) => new Option(`${status}, ${what}`, status),
  );
  at('status').replaceChildren(...options);
  at('status').value = usual;
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
