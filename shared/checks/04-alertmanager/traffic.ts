// What the rules are fed with: traffic that is made up, and the step's own tests.
import { firingAlerts, shell } from '../../verify/expect/index.ts';
import { expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import type { Check } from '../../verify/runner/index.ts';

/** A counter, scraped every 5 s for 4 minutes. @param restart when its app starts anew */
function counter(growth: (sample: number) => number, restart?: number): string {
  let total = 0;
  const samples = Array.from({ length: 48 }, (_, sample) => {
    total = sample === restart ? 0 : total + (sample > 0 ? growth(sample) : 0);
    return total;
  });
  return samples.join(' ');
}

/** The same with requests for two minutes; then nobody asks any more. */
const asked = (growth: (sample: number) => number, restart?: number) =>
  counter((sample) => (sample <= 24 ? growth(sample) : 0), restart);
const moving = (sample: number) => [150, 320, 240, 400, 190, 280, 130][sample % 7] ?? 0;
const bursts = (sample: number) => (sample % 2 ? 320 : 0);

/** Instances side by side, each with a traffic of its own, on one route or more. */
const TRAFFIC: [fires: boolean, what: string, ...routes: string[]][] = [
  [true, 'at 50 requests per second', asked(() => 250)],
  [true, 'at 12 requests per second on each of two routes', asked(() => 60), asked(() => 60)],
  [true, 'while the rate moves between 30 and 80 per second', asked(moving)],
  [true, 'at 32 requests per second that come in bursts', asked(bursts)],
  [true, 'at 50 requests per second to an app that starts anew', asked(() => 250, 14)],
  [false, 'after 4 minutes of 19 requests per second', counter(() => 95)],
  [false, 'without traffic, on a counter of 7000', '7000x47'],
  [false, 'after one burst of 400 requests', '0x8 400x38'],
];
export const INSTANCES = TRAFFIC.map(([fires, what, ...routes], index) => ({
  ...{ fires, what, routes },
  instance: `app${index ? `-${index + 1}` : ''}:8080`,
}));

/** The alerts that fire after 10, 50 and 80 s of traffic, and 80 s after its end. */
export const underTraffic = (step: StepUnderTest) =>
  step.once('alerts under traffic', async () => {
    const series = INSTANCES.flatMap(({ instance, routes }) =>
      routes.map((values, route) => [
        `http_requests_total{job="web", instance="${instance}", method="GET", route="/${route || ''}", status_code="200"}`,
        values,
      ]),
    );
    const [early = [], firing = [], late = [], end = []] = await firingAlerts(step, {
      alertname: 'TooManyRequests',
      series: Object.fromEntries(series),
      at: [10, 50, 80, 200],
    });
    return { early, firing, late, end };
  });

/** The step's own tests of its rules. */
export const unitTests: Check = {
  id: 'rules.unit-tests',
  title: "The step's own unit tests of the rules pass",
  kind: 'live',
  asks: ['prometheus'],
  async run(step) {
    const folder = readSettings(step, 'prometheus').containerPath.replace(/\/[^/]*$/, '');
    const report = await shell(
      step,
      `promtool test rules $(find ${folder} -name '*.test.y*ml') && echo passed`,
    );
    const path = step.files.all().find((it) => /\.test\.ya?ml$/.test(it));
    const [, name] = report.match(/^ *name: (.*?),? *$/m) ?? [];
    expectThat(report.endsWith('passed'), {
      expected: `promtool test rules ${folder}/*.test.yaml to pass`,
      actual: report.trim().slice(0, 1_500),
      where: !path
        ? 'prometheus/alert-rules.test.yaml (missing)'
        : step.files.find(path, new RegExp(`name:.*${(name ?? '^$').replace(/\W/g, '.')}`)),
      hint: 'exp is what the test expects, got is what your rules raise. When the rule is right and only worded differently, change the test.',
    });
  },
};
