import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { timesLonger } from '../busy.ts';
import { ensureImages } from '../images/index.ts';
import { isActive } from '../verify/expect/play/index.ts';
import { type Play, playRouting, readRunning } from './index.ts';
import { startThrowaway } from './throwaway.ts';

const image = 'prom/alertmanager:v0.33.1';

const CONFIG = `global: { smtp_smarthost: "mail.example.org:587", smtp_from: a@example.org }
route:
  receiver: slack
  routes:
    - matchers: [alertname="Watchdog"]
      receiver: deadman
    - matchers: [severity="page"]
      receiver: pager
      continue: true
    - matchers: [severity="page"]
    - matchers: [severity="ticket"]
      receiver: mail
      mute_time_intervals: [nights]
      routes:
        - matchers: [team="db"]
          active_time_intervals: [weekdays]
inhibit_rules:
  - source_matchers: [alertname="InstanceDown"]
    target_matchers: [severity=~"page|ticket", alertname!="InstanceDown"]
    equal: [instance]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{ start_time: "22:00", end_time: "24:00" }, { start_time: "00:00", end_time: "06:00" }]
        location: Europe/Berlin
  - name: weekdays
    time_intervals: [{ weekdays: ["monday:friday"] }]
receivers:
  - { name: slack, slack_configs: [{ api_url_file: /run/secrets/slack, channel: "#alerts" }] }
  - { name: pager, pagerduty_configs: [{ routing_key_file: /run/secrets/key }] }
  - { name: mail, email_configs: [{ to: b@example.org }] }
  - { name: deadman, webhook_configs: [{ url: "http://inbox:8025/deadman/watchdog" }] }
`;
const config = { file: 'alertmanager.yaml', text: CONFIG };

const play = (cases: object[], more: Partial<Play> = {}) =>
  playRouting({ table: { file: 'routing.yaml', text: stringify(cases) }, config, image, ...more });

const page = { alertname: 'Slow', severity: 'page', instance: 'a:1' };
const ticket = { alertname: 'Old', severity: 'ticket' };
const down = { alertname: 'InstanceDown', severity: 'page', instance: 'a:1' };

const DAY = '2026-03-02T12:00:00+01:00';
const NIGHT = '2026-03-02T02:30:00+01:00';
const SUNDAY = '2026-03-01T12:00:00+01:00';

const RIGHT = [
  { alerts: [page], expect: { receivers: ['slack', 'pager'] } },
  {
    alerts: [{ alertname: 'Odd' }, { alertname: 'Even', severity: 'info' }],
    expect: { receivers: 'slack' },
  },
  { alerts: [{ alertname: 'Watchdog', severity: 'page' }], expect: { receivers: 'deadman' } },
  { alerts: [ticket], at: DAY, expect: { receivers: 'mail' } },
  { alerts: [ticket], at: NIGHT, expect: { muted_by: 'nights' } },
  // In Berlin it is 6:00 already, in summer two hours after UTC.
  { alerts: [ticket], at: '2026-07-01T04:00:00Z', expect: { receivers: 'mail' } },
  { alerts: [ticket], at: '2026-07-01T03:59:00Z', expect: { muted_by: 'nights' } },
  { alerts: [{ ...ticket, team: 'db' }], at: DAY, expect: { receivers: 'mail' } },
  { alerts: [{ ...ticket, team: 'db' }], at: SUNDAY, expect: { muted_by: 'weekdays' } },
  { given: [down], alerts: [page], expect: { inhibited_by: 'InstanceDown' } },
  {
    given: [{ ...down, instance: 'b:1' }],
    alerts: [page],
    expect: { receivers: ['pager', 'slack'] },
  },
  // A label that both lack is equal.
  {
    given: [{ ...down, instance: '' }],
    alerts: [{ ...page, instance: '' }],
    expect: { inhibited_by: 'InstanceDown' },
  },
  { alerts: [down], expect: { receivers: ['pager', 'slack'] } },
];

it('an alert that is inhibited at night is inhibited, alone and in company', async () => {
  const inhibited = {
    name: 'inhibited',
    given: [down],
    alerts: [{ ...ticket, instance: 'a:1' }],
    expect: { inhibited_by: 'InstanceDown' },
  };
  const muted = { name: 'muted', alerts: [ticket], at: NIGHT, expect: { muted_by: 'nights' } };

  const atNight = { ...inhibited, at: NIGHT };

  const outcomes = [await play([inhibited]), await play([atNight, muted, inhibited])];

  expect(outcomes.flat().map(({ actual }) => actual)).toEqual([
    ...['nobody, inhibited by InstanceDown', 'nobody, inhibited by InstanceDown'],
    ...['nobody, muted by nights', 'nobody, inhibited by InstanceDown'],
  ]);
});

/** Five seconds; as much longer as programs queue for their turn, as when all tests run side by side. */
const twentyWithin = () => 5_000 * timesLonger();

it('twenty cases, of every kind, are judged in 5 s', { retry: 3 }, async () => {
  await ensureImages([image]);
  const cases = [...RIGHT, ...RIGHT].slice(0, 20).map((it, index) => ({ name: `${index}`, ...it }));
  const start = Date.now();

  const played = await play(cases);

  expect(played.filter(({ passed }) => !passed)).toEqual([]);
  expect(played).toHaveLength(20);
  expect(Date.now() - start).toBeLessThan(twentyWithin());
});

const WRONG: [string, object, string, string[]][] = [
  [
    'a route that nobody wanted',
    { alerts: [page], expect: { receivers: 'pager' } },
    'pager and slack',
    [
      'alertmanager.yaml:7: this route leads to pager',
      'alertmanager.yaml:10: this route leads to slack',
    ],
  ],
  [
    'the root, where no route fits',
    { alerts: [{ alertname: 'Slow', severity: 'pgae' }], expect: { receivers: 'pager' } },
    'slack',
    ['alertmanager.yaml:2: no child route fits, and the root leads to slack'],
  ],
  [
    'the rule that inhibits',
    { given: [down], alerts: [page], expect: { receivers: ['pager', 'slack'] } },
    'nobody, inhibited by InstanceDown',
    ['alertmanager.yaml:18: this rule inhibits it, equal: [instance]'],
  ],
  [
    'the label in which the two alerts differ',
    {
      given: [{ ...down, instance: 'b:1' }],
      alerts: [page],
      expect: { inhibited_by: 'InstanceDown' },
    },
    'pager and slack',
    [
      'alertmanager.yaml:18: this rule does not inhibit it: the label instance differs',
      'alertmanager.yaml:7: this route leads to pager',
      'alertmanager.yaml:10: this route leads to slack',
    ],
  ],
  [
    'the time interval',
    { alerts: [ticket], at: NIGHT, expect: { receivers: 'mail' } },
    'nobody, muted by nights',
    [
      'alertmanager.yaml:22: this time interval keeps it back',
      'alertmanager.yaml:11: this route leads to mail',
    ],
  ],
  [
    'the route that depends on the clock, where the case has no time',
    { alerts: [ticket], expect: { receivers: 'mail' } },
    'this depends on the clock',
    ['alertmanager.yaml:11: this route names time intervals, so the case needs a time: at:'],
  ],
];

it('a failing case names what decided', async () => {
  const played = await play(WRONG.map(([name, it]) => ({ name, ...it })));

  const told = played.map(({ name, actual, decidedBy }) => [
    ...[name, actual],
    decidedBy.map(({ where, what }) => `${where}: ${what}`),
  ]);
  expect(told).toEqual(WRONG.map(([name, , actual, decided]) => [name, actual, decided]));
  expect(played.some(({ passed }) => passed)).toBe(false);
  expect(played[0]?.where).toBe('routing.yaml:1');
});

it.each([
  ['pager\n      continue', 'pagr\n      continue', 8, 'undefined receiver "pagr" used in route'],
  ['continue: true', 'continu: true', 9, 'field continu not found'],
  ['severity="ticket"', 'severity=="ticket', 11, 'unescaped double quote'],
  [
    'mute_time_intervals: [nights]',
    'mute_time_intervals: [night]',
    13,
    'undefined time interval "night"',
  ],
])('a configuration with %j as %j is refused at its line', async (from, to, line, words) => {
  const wrong = { ...config, text: CONFIG.replace(from, to) };

  const played = play([{ name: 'x', alerts: [page], expect: { silenced: true } }], {
    config: wrong,
  });

  await expect(played).rejects.toMatchObject({
    finding: { where: `alertmanager.yaml:${line}`, actual: expect.stringContaining(words) },
  });
});

it('a running Alertmanager is asked for its routes and silences, and gets no alert', async () => {
  await using running = await startThrowaway(image, CONFIG, undefined);
  await running.postSilence({
    matchers: [{ name: 'alertname', value: 'Slow', isRegex: false, isEqual: true }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 600_000).toISOString(),
    ...{ createdBy: 'me', comment: 'being fixed' },
  });

  const { version, ...rules } = await readRunning(`${running.url}/`);
  const [silenced, wrong, mail] = await play(
    [
      { name: 'silenced', alerts: [page], expect: { silenced: true } },
      { name: 'wrong', alerts: [page], expect: { receivers: 'pager' } },
      { name: 'mail', alerts: [ticket], at: DAY, expect: { receivers: 'mail' } },
    ],
    rules,
  );

  expect(version).toBe('0.33.1');
  const decidedBy = [
    { where: `${running.url}/#/silences`, what: 'a silence of me fits it: being fixed' },
  ];
  expect([silenced, mail]).toMatchObject([
    { passed: true, decidedBy },
    { passed: true, decidedBy: [] },
  ]);
  expect(wrong).toMatchObject({ actual: 'nobody, silenced', decidedBy });
  expect(await running.matching([])).toEqual([]);
});

it('a time interval is active exactly when Alertmanager says so', async () => {
  const now = Date.now();
  const activeIn = (minutes: number) => (it: unknown) =>
    isActive(it, new Date(now + minutes * 60_000));
  // None begins or ends while Alertmanager is asked.
  const steady = (it: unknown) =>
    [1, 2, 3, 4, 5].every((at) => activeIn(at)(it) === activeIn(0)(it));
  const some = fc.array(period(), { minLength: 1, maxLength: 2 }).filter(steady);
  const periods = fc.sample(some, 300);
  const names = periods.map((_, index) => `interval-${index}`);
  const yaml = stringify({
    route: {
      ...{ receiver: 'none', group_wait: '0s', group_interval: '1h' },
      routes: names.map((name) => ({ matchers: [`name="${name}"`], mute_time_intervals: [name] })),
    },
    receivers: [{ name: 'none' }],
    inhibit_rules: [{ source_matchers: ['role="source"'], target_matchers: ['role="target"'] }],
    time_intervals: names.map((name, index) => ({ name, time_intervals: periods[index] })),
  });
  await using alertmanager = await startThrowaway(image, yaml, undefined);
  const active = names.filter((_, index) => activeIn(0)(periods[index])).sort();
  let muted: string[] = [];

  await alertmanager
    .post(
      names.map((name) => ({ name })),
      (groups) => {
        const named = groups.flatMap((it) => it.alerts.flatMap(({ status }) => status.mutedBy));
        // Alertmanager names an interval once for each of its periods.
        muted = [...new Set(named)].sort();
        return `${muted}` === `${active}`;
      },
    )
    .catch(() => {});

  expect(muted).toEqual(active);
  expect(active.length).toBeGreaterThan(20);
  expect(active.length).toBeLessThan(280);
});

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Periods whose ends are near now, wherever that is. */
function period() {
  const now = new Date();
  const range = (from: number, to: number, show = (number: number) => `${number}`) =>
    fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to })).map((ends) =>
      ends
        .sort((a, b) => a - b)
        .map(show)
        .join(':'),
    );
  const some = (entry: fc.Arbitrary<unknown>) => fc.array(entry, { minLength: 1, maxLength: 2 });
  const time = fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
    .filter(([start, end]) => start < end)
    .map(([start, end]) => ({ start_time: clock(start), end_time: clock(end) }));
  const day = now.getUTCDate();
  return fc.record(
    {
      times: some(time),
      weekdays: some(
        fc.oneof(
          fc.constantFrom(...WEEKDAYS),
          range(0, 6, (it) => WEEKDAYS[it] ?? ''),
        ),
      ),
      days_of_month: some(
        fc.oneof(range(Math.max(1, day - 3), Math.min(31, day + 3)), range(-6, -1), range(1, 31)),
      ),
      months: some(fc.oneof(range(1, 12), fc.constantFrom('january:june', 'july:december'))),
      years: some(range(now.getUTCFullYear() - 1, now.getUTCFullYear() + 1)),
      location: fc.constantFrom('Europe/Berlin', 'Asia/Taipei', 'America/St_Johns', 'UTC'),
    },
    { requiredKeys: [] },
  );
}

const clock = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((it) => `${it}`.padStart(2, '0')).join(':');
