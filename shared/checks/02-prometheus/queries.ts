// The five expressions of queries.yaml.
import {
  evaluate,
  isSinceStart,
  leastRate,
  unlike500,
  windowsIn,
  withoutTexts,
} from '../../verify/expect/index.ts';
import { fail } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import {
  EXACT,
  expectAnswer,
  expectNames,
  QUERIES,
  type Question,
  readable,
  readExpression,
} from './expressions.ts';
import { knownTraffic, nextScrape, SECOND_PART } from './known-traffic.ts';
import { INTERVAL } from './read-config.ts';

const RATE = 'sum(rate(http_requests_total{job="web"}[30s]))';
const FAILED_RATE = 'sum(rate(http_requests_total{job="web",status_code=~"5.."}[30s]))';

/** Each is a task of its own, with a check of its own: the first is task 5. */
const QUESTIONS: Question[] = [
  {
    name: 'total_requests',
    title: 'total_requests is the number of requests sent',
    right: 'sum(http_requests_total{job="web"})',
    tolerance: EXACT,
    expected: 'one number, all requests that were sent',
    hint: 'The app keeps one counter for each combination of labels; sum() adds them up. rate() would be a speed.',
    mistaken: { [RATE]: 'the requests per second' },
    flaw(expression) {
      const [name] = withoutTexts(expression).match(/\b(increase|i?delta)(?=\s*\()/) ?? [];
      if (name === undefined) return undefined;
      return {
        expected: 'one number, all requests since the app started',
        actual: `${name}(), which sees only the time in its brackets`,
        hint: 'The counter itself is the number since the app started, so sum() is enough. increase() estimates what was added within some minutes or hours.',
      };
    },
  },
  {
    name: 'request_rate',
    title: 'request_rate is the number of requests per second',
    right: RATE,
    expected: 'one number, about 3.7 (100 requests in 30 seconds, and a little for the edges)',
    hint: 'rate(counter[30s]) is the growth per second, averaged over 30 seconds, of each series; sum() around it adds the series up.',
    mistaken: { 'sum(rate(http_requests_total{job="web"}[1m]))': 'the average over a minute' },
  },
  {
    name: 'request_rate_by_status_code',
    title: 'request_rate_by_status_code tells the status codes apart',
    right: 'sum by (status_code) (rate(http_requests_total{job="web"}[30s]))',
    expected: `one number per second for each status_code: ${Object.keys(SECOND_PART).join(', ')}`,
    hint: 'rate(…[30s]) around the counter makes it per second. sum by (label) around that keeps one label, spelled as the app spells it, and adds up all other series.',
    mistaken: {
      [RATE]: 'one number, all status codes together',
      'sum by (status_code) (http_requests_total{job="web"})':
        'the requests since the start, not per second: rate() is missing',
      'sum by (status_code) (rate(http_requests_total{job="web"}[1m]))':
        'the average over a minute',
    },
  },
  {
    name: 'error_ratio',
    title: 'error_ratio is the share of requests that failed',
    right: `${FAILED_RATE} / ${RATE}`,
    expected: 'one number, about 0.2 (20 of 100 requests were answered with 500)',
    hint: 'A ratio is the failing requests divided by all requests, both summed first. A 404 is the fault of who asks, so only 5xx count.',
    mistaken: { [FAILED_RATE]: 'the failing requests per second' },
    hintIfMistaken:
      'It must be divided by all requests per second. `/` binds tighter than `or`, so the dividend needs brackets: (A or vector(0)) / B.',
    flaw(expression) {
      if (isSinceStart(expression) && withoutTexts(expression).includes('/'))
        return {
          expected: 'failing requests per second, divided by all requests per second',
          actual: 'the counters themselves divided: the share since the app started',
          hint: 'A counter forgets nothing, so this share is not 0 when nobody asks any more. rate(…[30s]) around each counter speaks of the last 30 seconds.',
        };
      if (!expression.includes('status_code') && /\broute\s*[=!]/.test(expression))
        return {
          expected: 'the failing requests, chosen by their status_code',
          actual: 'they are chosen by their route',
          hint: 'Today only one route fails, and always. Any route may fail one day: status_code=~"5.." chooses what failed, whoever answered.',
        };
      const window = windowsIn(expression).find((seconds) => seconds < 2 * INTERVAL);
      if (window !== undefined)
        return {
          expected: `at least ${2 * INTERVAL} s in the brackets, two scrapes`,
          actual: `${window} s`,
          hint: `A rate is computed from two scrapes or more, and Prometheus scrapes every ${INTERVAL} s. From one there is no result, so the share would always be 0.`,
        };
      const bar = leastRate(expression);
      if (bar > SLOWEST)
        return {
          expected:
            'the share of little traffic, too: one request in 30 seconds is 0.03 per second',
          actual: `a divisor that is wrong below a rate of ${bar} per second`,
          hint: 'Two requests in 30 seconds, one of which fails, are a share of 0.5. Only traffic of 0 cannot be divided by: compare with > 0, and put `or vector(0)` behind the whole division.',
        };
      const status = unlike500(expression);
      if (status === undefined) return undefined;
      return {
        expected: 'every status from 500 to 599 counts as a failure',
        actual: `500 and ${status} do not count alike`,
        hint: 'Today the app fails with 500 only. A proxy before it, or its next version, answers 502 or 503: status_code=~"5.." chooses all of them.',
      };
    },
  },
  {
    name: 'resident_memory',
    title: "resident_memory is the app's memory in bytes",
    right: 'process_resident_memory_bytes{job="web"}',
    expected: 'one number, the resident memory of the job web in bytes',
    hint: 'Prometheus exports the same metric about itself, so a label must choose the job. Memory is a gauge: its value is the answer, and rate() is for counters.',
    mistaken: {
      'process_resident_memory_bytes{job="prometheus"}': 'the memory of the job prometheus',
      'rate(process_resident_memory_bytes{job="web"}[30s])':
        'bytes per second, how fast the memory grows',
    },
    anyOther: 'another number',
  },
];

/** A divisor that is 0 on purpose. */
const isBelowTheBar = (expression: string): boolean =>
  /\/\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\bor\s+(?:on\s*\(\s*\)\s*)?vector\(\s*0\s*\)\s*\)/s.test(
    expression,
  );

/** One request within the brackets, per second, and a little for the edges. */
const SLOWEST = 0.05;

const NAMES = QUESTIONS.map(({ name }) => name);

export const queriesFile = defineTopic({ kind: 'static' }, [
  {
    id: 'queries.file',
    title: 'queries.yaml can be read and has its five names',
    run: (step) => expectNames(step, QUERIES, NAMES),
  },
]);

const answers = QUESTIONS.map(
  (question, index): Check => ({
    id: `queries.${question.name.replaceAll('_', '-')}`,
    title: question.title,
    kind: 'live',
    task: 5 + index,
    needs: ['prometheus.numbers'],
    run: (step) => expectAnswer(step, question),
  }),
);

export const queries: Check[] = [
  ...answers,
  {
    id: 'queries.zero-traffic',
    title: 'error_ratio is 0 when there is no traffic',
    kind: 'live',
    task: 8,
    asks: ['prometheus'],
    needs: ['queries.error-ratio'],
    async run(step) {
      const { seenAt } = await knownTraffic(step);
      const expression = readExpression(step, 'error_ratio');
      // A window that begins just before `seenAt` holds only counters that stand still.
      const afterwards = Math.max(
        await nextScrape(step, seenAt),
        seenAt - 0.1 + Math.max(0, ...windowsIn(expression)),
      );
      for (const [when, time] of [
        ['before the first request', seenAt - 3_600],
        ['after the last request', afterwards],
      ] as const) {
        const [first, ...more] = await evaluate(step, expression, time);
        if (first?.value === 0 && more.length === 0) continue;
        fail({
          expected: `0 ${when}`,
          actual: first && more.length === 0 ? readable(first.value) : 'no result at all',
          where: step.files.yaml(QUERIES).where(['error_ratio']),
          hint: isBelowTheBar(expression)
            ? 'Below the bar `or vector(0)` makes a 0 to divide by, and 0 / 0 is NaN. There a comparison (> 0) removes the 0; `or vector(0)` comes last, after the whole division.'
            : 'Nothing divided by nothing is NaN, and a series that does not exist yet is an empty result. A comparison (> 0) removes values, and `or vector(0)` puts 0 where nothing is left.',
        });
      }
    },
  },
];
