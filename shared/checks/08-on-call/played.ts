import type { Labels } from '../../verify/expect/index.ts';
import { type AlertCase, type Outcome, playAlerts } from '../../verify/expect/play/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { casesOf } from './cases.ts';
import { NIGHT } from './night.ts';
import { alertOf, WATCHDOG } from './settings.ts';

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

/** While these fire, the alert is silenced, or it is not. */
export const SILENCED: AlertCase[] = [ERRORS, REQUESTS].map((alert) => ({ alert, others: [DOWN] }));
export const TOLD: AlertCase[] = [
  { alert: alertOf('TooManyErrors', 'critical', { instance: 'app-2:8080' }), others: [DOWN] },
  { alert: alertOf('InstanceDown', 'critical', { instance: 'app-2:8080' }), others: [DOWN] },
  { alert: PAGE, others: [DOWN] },
  { alert: WATCHDOG, others: [DOWN] },
  { alert: DOWN, others: [ERRORS, REQUESTS] },
];

/**
 * What became of the cases of this file, then of the learner's own. A real Alertmanager is asked about all of them at
 * once: it starts in a second, and each case takes a fifth.
 */
export const outcomes = (step: StepUnderTest): Promise<Outcome[]> =>
  step.once('played alerts', () => {
    const own = casesOf(step).map(({ alert, others }) => ({ alert, others }));
    const cases = [...WANTED.map(([alert]) => ({ alert })), ...SILENCED, ...TOLD, ...own];
    return playAlerts(step, cases, NIGHT);
  });

export const FIRST_OF_INHIBITION = WANTED.length;
export const FIRST_OF_TABLE = WANTED.length + SILENCED.length + TOLD.length;
