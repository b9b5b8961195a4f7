// The histogram http_request_duration_seconds, as one process of the app has filled it.
import type { Sample } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { describeSeries } from '../01-app/request-counter.ts';
import { type AppRun, KNOWN, readAppRun, STRANGE, USERS, WAITING } from './app-run.ts';
import { expectBounds, expectDurations } from './observations.ts';
import {
  boundsOf,
  COUNT,
  findInApp,
  growthOf,
  HISTOGRAM,
  MADE,
  OBSERVED,
  seriesOf,
  sumOf,
  WORK,
} from './series.ts';

export const histogram: Check[] = defineTopic(
  { kind: 'local', task: 1, needs: ['histogram.counts'] },
  [
    {
      id: 'histogram.there',
      title: `The app has a histogram ${HISTOGRAM}`,
      needs: ['app.answers'],
      run: async (step) => expectHistogram(step, await readAppRun(step)),
    },
    {
      id: 'histogram.counts',
      title: 'Each answered request is observed once, by method, route and status code',
      needs: ['histogram.there'],
      run: async (step) => expectCounts(step, await readAppRun(step)),
    },
    {
      id: 'histogram.durations',
      title: 'Each request lies in the bucket of the seconds that it took',
      run: async (step) => expectDurations(step, await readAppRun(step)),
    },
    {
      id: 'histogram.bounds',
      title: 'The bounds of the buckets answer the question: how many take at most 0.3 s?',
      run: async (step) => expectBounds(step, await readAppRun(step)),
    },
    {
      id: 'histogram.hang-up',
      title: 'A client that hangs up is not timed',
      needs: ['histogram.counts', 'counter.still-counts'],
      async run(step) {
        const { known, strange } = await readAppRun(step);
        const moments: [Sample[], Sample[]] = [known[1], strange];
        const answered = growthOf(moments, 'http_requests_total', WORK);
        const grown = growthOf(moments, COUNT, WORK);
        expectThat(grown === answered, {
          expected: `${answered} more in ${COUNT}${describeSeries(WORK)}, after ${answered} answers and ${WAITING} clients that hung up`,
          actual: `${grown} more`,
          where: findInApp(step.files, /\.on(ce)?\(['"`]close/),
          hint: 'Nobody has had that answer, and it would count as a 200. The event close comes for each response, finish only for one that was sent: stop the timer at finish, as countRequests does.',
        });
      },
    },
    {
      id: 'histogram.scrapes',
      title: 'Scrapes and health checks are not timed',
      async run(step) {
        const { quiet } = await readAppRun(step);
        const grown = grownSeries(quiet);
        expectThat(grown.length === 0, {
          expected: 'no change after 5 scrapes and 5 health checks',
          actual: grown.join('\n'),
          where: step.files.find('app/create-app.ts', /\.use\(.*\btimeRequests\b|\.use\(/),
          hint: 'Express runs handlers in the order they are registered. The many short answers of /metrics and /healthz would make every quantile look better than it is.',
        });
      },
    },
    {
      id: 'histogram.bounded',
      title: `${STRANGE} random addresses and ${USERS} users make at most one series more`,
      async run(step) {
        const { hungUp, strange } = await readAppRun(step);
        const added = seriesOf(strange, COUNT).length - seriesOf(hungUp, COUNT).length;
        const buckets = boundsOf(strange).length + 3;
        expectThat(added <= 1, {
          expected: 'at most one combination of labels more',
          actual: `${added} more, each with ${buckets} series`,
          where: findInApp(
            step.files,
            /req\.(path|url|originalUrl|query|ip|headers|get\()|\.header\(/,
          ),
          hint: 'Each combination of label values is a whole histogram. Label with the pattern of the matched route, and never with something that each visitor or each address has for itself.',
        });
      },
    },
  ],
);

/** @throws CheckFailure unless the metric is there, as a histogram */
function expectHistogram(step: StepUnderTest, { page }: AppRun): void {
  const types = new Map(
    [...page.matchAll(/^# TYPE (\w+) (\w+)/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  const type = types.get(HISTOGRAM);
  if (type === 'histogram') return;
  if (type !== undefined)
    fail({
      expected: `${HISTOGRAM} of the type histogram`,
      actual: `of the type ${type}`,
      where: findInApp(step.files, MADE),
      hint:
        type === 'summary'
          ? 'A summary computes its quantiles in each process, and nobody can compute one of all processes from these. Buckets are counters: they can be added up.'
          : 'A histogram counts how many observations lie below each of its bounds. Only from these counts can a quantile be computed.',
    });
  const similar = [...types.keys()].filter((name) => /duration|latency|seconds$|_ms$/.test(name));
  const own = similar.filter((name) => !/^(process|nodejs)_/.test(name));
  fail({
    expected: `${HISTOGRAM} on /metrics`,
    actual: own.length > 0 ? `${own.join(', ')}` : 'no such metric',
    where: findInApp(step.files, own.length > 0 ? new RegExp(`${own[0]}`) : MADE),
    hint:
      own.length > 0
        ? 'The name says the unit, and in Prometheus the unit of time is the second. Dashboards, rules and whoever comes later ask for it by this exact name.'
        : 'new Histogram({ name, help, labelNames, buckets }) makes a histogram, once, outside of any function. It is on /metrics when it is in the registry that is printed there.',
  });
}

/** @throws CheckFailure unless every answer was observed once, also the failure, with its labels */
function expectCounts(step: StepUnderTest, { fresh, counted, known }: AppRun): void {
  const failure = { ...WORK, route: '/fail', status_code: '500' };
  for (const [moments, labels, wanted] of [
    [known, WORK, KNOWN.length],
    [[fresh, counted], failure, 1],
  ] as [[Sample[], Sample[]], typeof WORK, number][]) {
    if (growthOf(moments, COUNT, labels) === wanted) continue;
    const [own = { labels }] = seriesOf(moments[1], COUNT);
    const isNamedOtherwise = Object.keys(WORK).some((name) => !(name in own.labels));
    fail({
      expected: `${wanted} more in ${describeSeries(labels)}, after as many requests`,
      actual: grownSeries(moments).slice(0, 3).join('\n') || 'no growth',
      where: findInApp(step.files, OBSERVED),
      hint: isNamedOtherwise
        ? 'The labels are called method, route and status_code, as those of the counter, so that both can be asked alike.'
        : 'Observe once, when the response has ended: only then the matched route and the status code are known.',
    });
  }
}

/** The combinations of labels that have more observations now, with how many. */
const grownSeries = ([before, after]: [Sample[], Sample[]]): string[] =>
  seriesOf(after, COUNT).flatMap(({ labels, value }) => {
    const by = value - (sumOf(before, COUNT, labels) ?? 0);
    return by > 0 ? `${by} more in ${describeSeries(labels)}` : [];
  });
