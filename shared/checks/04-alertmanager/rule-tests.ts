import { alertRule, type FiringAlert, firingAlerts, shell } from '../../verify/expect/index.ts';
import { expectThat, ruleFiles, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';

const REQUESTS =
  'http_requests_total{job="web", instance="app:8080", method="GET", route="/", status_code="200"}';
const TARGET = 'up{job="web", instance="app:8080"}';
const OTHER_TARGET = 'up{job="prometheus", instance="localhost:9090"}';

/** What the rules do with traffic and targets that are made up, in promtool, without waiting for real time. */
export const ruleTests = defineTopic({ kind: 'live', task: 2, asks: ['prometheus'] }, [
  {
    id: 'rules.fires',
    title: 'TooManyRequests fires at 50 requests per second, after 10 s',
    async run(step) {
      const [early, firing] = await requestStates(step, '0+250x24', [10, 50]);
      expectThat(early === 'silent' && firing === 'firing', {
        expected: 'at 50 requests per second: silent after 10 s, firing after 50 s',
        actual: `${early} after 10 s, ${firing} after 50 s`,
        where: alertRule(step, 'TooManyRequests').where('expr'),
        hint: 'Paste the expression into Prometheus while you send requests: it must return a series above the threshold, and nothing below it.',
      });
    },
  },
  {
    id: 'rules.silent',
    title: 'TooManyRequests stays silent at 19 requests per second',
    needs: ['rules.fires'],
    async run(step) {
      const [actual = 'no result'] = await requestStates(step, '0+95x60', [240]);
      expectThat(actual === 'silent', {
        expected: 'silent after 4 minutes of 19 requests per second',
        actual,
        where: alertRule(step, 'TooManyRequests').where('expr'),
        hint: 'rate() is per second, increase() is for the whole window. The threshold must be in the same unit.',
      });
    },
  },
  {
    id: 'rules.resolves',
    title: 'TooManyRequests resolves when the requests stop',
    needs: ['rules.fires'],
    async run(step) {
      const [actual = 'no result'] = await requestStates(step, '0+250x24 6000+0x24', [200]);
      expectThat(actual === 'silent', {
        expected: 'silent 80 s after the last request',
        actual,
        where: alertRule(step, 'TooManyRequests').where('expr'),
        hint: 'A range of 30 s forgets the traffic within 30 s. A longer range, or keep_firing_for, keeps the alert alive.',
      });
    },
  },
  {
    id: 'rules.instance-down',
    title: 'InstanceDown fires when a target is down, and resolves',
    task: 3,
    async run(step) {
      const values = '1x10 0x10 1x10';
      const series = { [TARGET]: values, [OTHER_TARGET]: values };
      const at = [50, 90, 130];
      const alerts = await firingAlerts(step, { alertname: 'InstanceDown', series, at });
      expectThat(alerts.map((it) => it.length).join() === '0,2,0', {
        expected:
          'silent while up is 1, firing for both targets 35 s after it became 0, silent when it is 1 again',
        actual: alerts.map(describeFiring).join(', '),
        where: alertRule(step, 'InstanceDown').where('expr'),
        hint: 'After each scrape Prometheus sets up for every target: 1 when it answered, 0 when it did not. A comparison keeps the series for which it is true.',
      });
    },
  },
  {
    id: 'too-many-requests.texts',
    title: 'TooManyRequests says which instance, and every text is filled in',
    needs: ['rules.fires'],
    run: async (step) => expectFilled(step, await requestAlerts(step, '0+250x24', [50])),
  },
  {
    id: 'instance-down.texts',
    title: 'InstanceDown says which instance, and every text is filled in',
    task: 3,
    needs: ['rules.instance-down'],
    async run(step) {
      const scenario = { alertname: 'InstanceDown', series: { [TARGET]: '0x20' }, at: [50] };
      expectFilled(step, await firingAlerts(step, scenario));
    },
  },
]);

/** The step's own tests of its rules. */
export const unitTests: Check = {
  id: 'rules.unit-tests',
  title: "The step's own unit tests of the rules pass",
  kind: 'live',
  asks: ['prometheus'],
  needs: ruleTests.map(({ id }) => id),
  async run(step) {
    const folder = ruleFiles(step)[0]?.containerPath.replace(/\/[^/]*$/, '');
    const report = await shell(step, `promtool test rules ${folder}/*.test.y*ml && echo passed`);
    expectThat(report.endsWith('passed'), {
      expected: `promtool test rules ${folder}/*.test.yaml to pass`,
      actual: report.trim().slice(0, 1_500),
      where: 'prometheus/alert-rules.test.yaml',
      hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
    });
  },
};

/** @param values of the counter of requests, one every 5 s */
const requestAlerts = (step: StepUnderTest, values: string, at: number[]) =>
  firingAlerts(step, { alertname: 'TooManyRequests', series: { [REQUESTS]: values }, at });

const requestStates = async (...args: Parameters<typeof requestAlerts>) =>
  (await requestAlerts(...args)).map((alerts) => (alerts.length > 0 ? 'firing' : 'silent'));

const describeFiring = (alerts: FiringAlert[]): string =>
  alerts.length > 0
    ? `firing for ${alerts.map(({ labels }) => labels.instance ?? 'no instance').join(' and ')}`
    : 'silent';

/** The texts of the alerts say which instance, and no template came out empty. @throws CheckFailure */
function expectFilled(step: StepUnderTest, [alerts = []]: FiringAlert[][]): void {
  for (const { labels, annotations } of alerts) {
    const empty = Object.entries(annotations).find(([, text]) =>
      /<no value>|<error|error expanding/.test(text),
    );
    const said = `${annotations.summary} ${annotations.description}`;
    const { where } = alertRule(step, labels.alertname ?? '');
    expectThat(!empty && said.includes('app:8080'), {
      expected: `texts that name the instance app:8080, in ${labels.alertname}`,
      actual: (empty ?? ['summary', said]).join(': '),
      where: empty ? where('annotations', empty[0]) : where('annotations'),
      hint: 'A template sees only the labels that the expression keeps. sum() keeps none, sum by (job, instance) keeps these two.',
    });
  }
}
