// The three expressions of latency-queries.yaml.
import { evaluate, type Series, valuesOver } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { evaluateOwn, expectNames, readExpression } from '../02-prometheus/expressions.ts';
import { seenAt } from './traffic.ts';
import { twoInstances } from './two-instances.ts';

const PATH = 'prometheus/latency-queries.yaml';

interface Question {
  name: string;
  title: string;
  expected: string;
  /** Over `twoInstances`. */
  wanted: number;
  /** The same from the series of the buckets, or from a native histogram. */
  right: string;
  hint: string;
  /** Expressions that are often written instead, and what each comes to. */
  mistaken: Record<string, string>;
}

const BUCKETS = 'rate(http_request_duration_seconds_bucket{job="web"}[30s])';
const SUM = 'rate(http_request_duration_seconds_sum{job="web"}[30s])';
const COUNT = 'rate(http_request_duration_seconds_count{job="web"}[30s])';
const NATIVE = 'sum(rate(http_request_duration_seconds{job="web"}[30s]))';
const everSince = (expression: string) => expression.replaceAll(/rate\((.*?)\[30s\]\)/g, '$1');

const P90 = `histogram_quantile(0.9, sum by (le) (${BUCKETS}))`;
const SHARE = `sum(rate(http_request_duration_seconds_bucket{job="web", le="0.3"}[30s])) / sum(${COUNT})`;
const MEAN = `sum(${SUM}) / sum(${COUNT})`;

/** From the series of the buckets, or from a native histogram. */
export const RIGHT_SHARE = `${SHARE} or histogram_fraction(0, 0.3, ${NATIVE})`;

/** Each is a task of its own, with a check of its own: the first is task 4. */
const QUESTIONS: Question[] = [
  {
    name: 'duration_p90',
    title: 'duration_p90 is the time within which nine of ten requests are answered',
    expected: 'one number for all instances and routes together',
    wanted: 0.3 + (0.4 * 13) / 30,
    right: `${P90} or histogram_quantile(0.9, ${NATIVE})`,
    hint: 'histogram_quantile() needs the buckets of all series added up, and le to tell the buckets apart: rate() first, then sum by (le), then the quantile.',
    mistaken: {
      [`avg(histogram_quantile(0.9, ${BUCKETS}))`]: 'the average of the quantiles of all series',
      [`avg(histogram_quantile(0.9, sum by (le, instance) (${BUCKETS})))`]:
        'the average of the quantiles of the instances',
      [everSince(P90)]: 'the quantile of everything since the processes started',
      [MEAN]: 'the mean',
    },
  },
  {
    name: 'share_within_300ms',
    title: 'share_within_300ms is the share of requests answered within 0.3 s',
    expected: 'one number from 0 to 1: requests within 0.3 s, divided by all',
    wanted: 185 / 220,
    right: RIGHT_SHARE,
    hint: 'The bucket whose le is 0.3 counts the requests that took at most 0.3 s, and _count counts all. Of each take the rate(), then the sum, and divide last.',
    mistaken: {
      [everSince(SHARE)]: 'the share of everything since the processes started',
      'avg(rate(http_request_duration_seconds_bucket{job="web", le="0.3"}[30s]) / ignoring(le) rate(http_request_duration_seconds_count{job="web"}[30s]))':
        'the average of the shares of all series',
      [`sum(${BUCKETS}) / sum(${COUNT})`]: 'all buckets together, divided by all requests',
    },
  },
  {
    name: 'duration_mean',
    title: 'duration_mean is the time that a request takes on average',
    expected: 'one number: the seconds of all requests together, divided by their number',
    wanted: 29.25 / 220,
    right: `${MEAN} or histogram_avg(${NATIVE})`,
    hint: '_sum counts the seconds, _count the requests. Of each take the rate(), then the sum, and divide last: in a mean of means a series with few requests weighs as much as one with many.',
    mistaken: {
      [everSince(MEAN)]: 'the mean of everything since the processes started',
      [`avg(${SUM} / ${COUNT})`]: 'the average of the means of all series',
      [`sum(${SUM})`]: 'seconds per second, not divided by the requests',
    },
  },
];

const NAMES = QUESTIONS.map(({ name }) => name);

export const queriesFile: Check[] = defineTopic({ kind: 'static' }, [
  {
    id: 'queries.file',
    title: 'latency-queries.yaml can be read and has its three names',
    run: (step) => expectNames(step, PATH, NAMES),
  },
]);

export const queries: Check[] = QUESTIONS.map((question, index) => ({
  id: `queries.${question.name.replaceAll('_', '-')}`,
  title: question.title,
  kind: 'live',
  task: 4 + index,
  asks: ['prometheus'],
  needs: ['traffic.seen'],
  concurrent: true,
  run: (step) => expectAnswer(step, question),
}));

/** What the learner's expression comes to over the known samples of two instances, and then each mistaken one. */
const overTwoInstances = (step: StepUnderTest, { name, mistaken }: Question): Promise<number[][]> =>
  valuesOver(step, twoInstances(), [readExpression(step, name, PATH), ...Object.keys(mistaken)]);

/** Asks promtool while nothing is scraped yet: its answer depends on nothing that the containers do. */
export function askEarly(step: StepUnderTest): void {
  // Whoever awaits it gets the error.
  for (const question of QUESTIONS) overTwoInstances(step, question).catch(() => {});
}

/** Right on the real traffic, and over the known samples of two instances, however it is spelled. @throws CheckFailure */
async function expectAnswer(step: StepUnderTest, question: Question): Promise<void> {
  const { name, expected, wanted, right, hint, mistaken } = question;
  const real = await evaluateOwn(step, { name, expected, path: PATH }, seenAt(step));
  const own = readExpression(step, name, PATH);
  const others = Object.keys(mistaken);
  const [given = [], ...known] = await overTwoInstances(step, question);
  const where = step.files.yaml(PATH).where([name]);
  if (!isOne(given, wanted)) {
    const mistake = others.find(
      (_, at) => known[at]?.length === 1 && isOne(given, known[at]?.[0] ?? 0),
    );
    const actual = mistake ? mistaken[mistake] : describe(given);
    return fail({
      expected: `${expected}: ${round(wanted)}, where two instances answer differently`,
      actual: actual ?? '',
      where,
      hint,
    });
  }
  const [truth] = await evaluate(step, right, seenAt(step));
  const values = real.map(({ value }: Series) => value);
  if (truth && isOne(values, truth.value, 0.1)) return;
  fail({
    expected: `${expected}, on the traffic of this app`,
    actual:
      values.length === 0 && /\bhttp_request_duration_seconds\b/.test(own)
        ? 'no result: the series are http_request_duration_seconds_bucket, _sum and _count, and none has the bare name'
        : describe(values),
    where,
    hint,
  });
}

const isOne = (values: number[], wanted: number, tolerance = 0.01): boolean =>
  values.length === 1 && Math.abs((values[0] ?? 0) - wanted) <= tolerance * wanted;

const round = (value: number): number => Number(value.toPrecision(3));

const describe = (values: number[]): string =>
  values.length === 0
    ? 'no result at all'
    : values.length > 1
      ? `${values.length} numbers`
      : `${round(values[0] ?? 0)}`;
