import { posix } from 'node:path';
import { alertRule, firingAlerts, rulesWith, shell, writing } from '../../verify/expect/index.ts';
import { expectThat, ruleFiles, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { expectFilled } from '../04-alertmanager/rule-tests.ts';
import { ERRORS_ALERT } from './alert-checks.ts';
import { buildLoad } from './live-load.ts';

const series = (instance: string, code: number) =>
  `http_requests_total{job="web", instance="${instance}", method="GET", route="/", status_code="${code}"}`;

/** In one scenario, because each is an instance of its own: requests every 5 s by status code, and does the alert fire? */
const CASES = [
  ['all:1', { 500: 50 }, true, 'every request of an instance fails'],
  ['few:2', { 200: 98, 500: 2 }, false, '2 % of the requests fail'],
  ['lost:3', { 200: 50, 404: 50 }, false, 'half of the requests are for pages that are not there'],
  ['gateway:5', { 200: 50, 503: 50 }, true, 'half of the requests get 503'],
  ['idle:4', { 200: 0, 500: 0 }, false, 'an instance has no traffic at all'],
] as const;

/** What the rule and its unit tests do, told by promtool. */
export const alertTestChecks: Check[] = defineTopic({ kind: 'live', asks: ['prometheus'] }, [
  {
    id: 'errors-alert.fires',
    title: `${ERRORS_ALERT} fires when 10 % of the requests fail, after 10 s, and resolves`,
    task: 6,
    async run(step) {
      // For later checks: rate() sees no birth, so the counter of failures must have been scraped before they come.
      void buildLoad(step);
      await step.stack.app.text('/fail').catch(() => {});
      const [early = [], late = [], over = []] = await firingAlerts(step, {
        alertname: ERRORS_ALERT,
        series: {
          [series('app:8080', 200)]: '0+90x30',
          [series('app:8080', 500)]: '0+10x12 120+0x18',
        },
        at: [10, 45, 120],
      });
      const states = [early, late, over].map((alerts) =>
        alerts.length === 1 ? 'firing' : alerts.length === 0 ? 'silent' : `${alerts.length} alerts`,
      );
      expectRule(step, `${states}` === 'silent,firing,silent', {
        expected: 'silent after 10 s, firing after 45 s, silent again a minute after the failures',
        actual: states.join(', '),
        hint: 'The share of failed requests: the rate of those with a status code of 500 to 599, summed, divided by the rate of all of them, summed. Without sum each status code is divided by itself.',
      });
      expectFilled(step, late);
    },
  },
  {
    id: 'errors-alert.cases',
    title: `${ERRORS_ALERT} fires in an outage, and is silent about few failures, 404 and no traffic`,
    task: 6,
    needs: ['errors-alert.fires'],
    async run(step) {
      const counters = CASES.flatMap(([instance, requests]) =>
        Object.entries(requests).map(([code, each]) => [
          series(instance, Number(code)),
          `0+${each}x24`,
        ]),
      );
      const [alerts = []] = await firingAlerts(step, {
        alertname: ERRORS_ALERT,
        series: Object.fromEntries(counters),
        at: [60],
      });
      for (const [instance, , fires, what] of CASES) {
        const isFiring = alerts.some(({ labels }) => labels.instance === instance);
        expectRule(step, isFiring === fires, {
          expected: `${fires ? 'firing' : 'silent'} when ${what}`,
          actual: isFiring ? 'firing' : 'silent',
          hint: 'Failed is 500 to 599: 404 is the mistake of whoever asks. Divide by all requests: the good ones alone are none in an outage, and then there is no result. The share of 5 % is 0.05.',
        });
      }
    },
  },
  {
    id: 'errors-alert.unit-tests',
    title: `Your unit tests pass, and fail when ${ERRORS_ALERT} is wrong`,
    task: 7,
    needs: ['errors-alert.cases'],
    async run(step) {
      const own = await runUnitTests(step);
      expectThat(own.trim().endsWith('passed'), {
        expected: 'promtool test rules /etc/prometheus/*.test.yaml to pass',
        actual: own.trim().slice(0, 1_500),
        where: TESTS,
        hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
      });
      for (const [what, expr] of Object.entries(MUTANTS)) {
        const report = await runUnitTests(step, expr);
        expectThat(!report.trim().endsWith('passed'), {
          expected: `a unit test that fails when ${ERRORS_ALERT} ${what}`,
          actual: 'all tests pass',
          where: step.files.find(TESTS, new RegExp(`alertname: ${ERRORS_ALERT}`)),
          hint: 'A test that cannot fail proves nothing. Give it samples for which a right rule and this wrong one differ, and say what you expect then.',
        });
      }
    },
  },
]);

const TESTS = 'prometheus/alert-rules.test.yaml';

const share = (codes: string, most: number) =>
  `sum by (job, instance) (rate(http_requests_total{job="web", status_code=~"${codes}"}[30s])) / sum by (job, instance) (rate(http_requests_total{job="web"}[30s])) > ${most}`;

/** Wrong expressions, each of which the learner's tests must notice. */
const MUTANTS = {
  'never fires': 'vector(0) > 1',
  'fires for any failure': share('5..', 0),
  'counts 404 as a failure': share('[45]..', 0.05),
  'never resolves': `max_over_time((${share('5..', 0.05)})[1h:1s])`,
};

/** Runs the step's unit tests in the container of Prometheus, also over rules in which the alert has another expression. */
async function runUnitTests(step: StepUnderTest, expr?: string): Promise<string> {
  const [{ containerPath } = { containerPath: '' }] = ruleFiles(step);
  const folder = posix.dirname(containerPath);
  const test = (place: string) => `promtool test rules ${place}/*.test.y*ml && echo passed`;
  if (!expr) return shell(step, test(folder));
  const copy = '/tmp/changed';
  const changed = Object.entries(rulesWith(step, ERRORS_ALERT, expr)).map(([path, text]) => [
    path.replace(folder, copy),
    text,
  ]);
  return shell(
    step,
    `mkdir -p ${copy}; cp ${folder}/*.y*ml ${copy}/; ${writing(Object.fromEntries(changed))}; sed -i 's#${folder}/##' ${copy}/*.test.y*ml; ${test(copy)}`,
  );
}

function expectRule(
  step: StepUnderTest,
  holds: boolean,
  finding: { expected: string; actual: string; hint: string },
): void {
  const rule = alertRule(step, ERRORS_ALERT);
  expectThat(holds, { ...finding, where: rule.where('expr') });
}
