import { stringify } from 'yaml';
import type { Source } from '../../routing/index.ts';
import type { Labels } from '../../verify/expect/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { NIGHT, NOON } from './night.ts';
import { alertOf, settings, WATCHDOG } from './settings.ts';

const PAGE = alertOf('ErrorBudgetBurnsFast', 'page');
const TICKET = alertOf('ErrorBudgetBurnsSlowly', 'ticket');
const APP = { instance: 'app:8080' };
export const DOWN = alertOf('InstanceDown', 'critical', APP);
const ERRORS = alertOf('TooManyErrors', 'critical', APP);
const REQUESTS = alertOf('TooManyRequests', 'warning', APP);

/** Alerts, and the kinds of receivers that must tell each. */
export const WANTED: [alert: Labels, kinds: string[]][] = [
  [WATCHDOG, ['webhook']],
  [PAGE, ['pagerduty', 'slack']],
  [alertOf('DiskFull', 'page', { job: 'db', instance: 'db:9100' }), ['pagerduty', 'slack']],
  [TICKET, ['email']],
  [alertOf('CertificateEnds', 'ticket', { job: 'mail' }), ['email']],
  [REQUESTS, ['slack']],
  [ERRORS, ['slack']],
  [DOWN, ['slack']],
  [{ alertname: 'NoSeverity', job: 'db' }, ['slack']],
];

/** An alert, and those that fire at the same time. */
interface AlertCase {
  alert: Labels;
  others?: Labels[];
}

/** While these fire, the alert is silenced, or it is not. */
export const SILENCED: AlertCase[] = [
  ERRORS,
  REQUESTS,
  // The inbox knows a page by its name, so no other alert has these.
  alertOf('PageFails', 'page', APP),
  alertOf('MemoryGrows', 'ticket', APP),
].map((alert) => ({ alert, others: [DOWN] }));
export const TOLD: AlertCase[] = [
  { alert: alertOf('TooManyErrors', 'critical', { instance: 'app-2:8080' }), others: [DOWN] },
  { alert: alertOf('InstanceDown', 'critical', { instance: 'app-2:8080' }), others: [DOWN] },
  { alert: PAGE, others: [DOWN] },
  { alert: WATCHDOG, others: [DOWN] },
  { alert: DOWN, others: [ERRORS, REQUESTS] },
  { alert: alertOf('TooManyErrors', 'critical', { ...APP, job: 'admin' }), others: [DOWN] },
];

/**
 * Everything that is asked of a real Alertmanager, at once: what becomes of `WANTED` at noon and at night, of `SILENCED`
 * and of `TOLD`, each in its order.
 *
 * @throws CheckFailure with amtool's words when it does not take the settings
 */
export const outcomes = (step: StepUnderTest) =>
  step.once('played alerts', async () => {
    const alone = WANTED.map(([alert]) => ({ alert }));
    const cases = [
      ...alone.map((it) => asCase(it, NOON)),
      ...alone.map((it) => asCase(it, NIGHT)),
      ...[...SILENCED, ...TOLD].map((it) => asCase(it, NOON)),
    ];
    const played = await playTable(step, { file: 'alerts of the verdict', text: stringify(cases) });
    const all = played.map(({ outcome }) => outcome);
    const take = (count: number) => all.splice(0, count);
    return {
      ...{ noon: take(WANTED.length), night: take(WANTED.length) },
      ...{ silenced: take(SILENCED.length), told: all },
    };
  });

/** Nothing is expected: the checks have words of their own. */
const asCase = ({ alert, others = [] }: AlertCase, at: string) => ({
  ...{ name: `${alert.alertname}`, alerts: [alert], given: others, at, expect: { silenced: true } },
});

/** Plays a table against a real Alertmanager with the step's settings, in a container of its own. */
export async function playTable(step: StepUnderTest, table: Source) {
  // Loaded only now, because a static verdict must not wait for it.
  const { playRouting } = await import('../../routing/index.ts');
  const { path } = settings(step);
  const config = { file: path, text: step.files.text(path) };
  const { image } = step.compose().service('alertmanager');
  // Many answers of the proof ask the same.
  return step.shared(JSON.stringify(['routing', image, config, table]), () =>
    playRouting({ table, config, image }),
  );
}
