import { fail } from './check.ts';
import type { Sample } from './metrics-text.ts';
import type { StepUnderTest } from './step-under-test.ts';

/** The series of the learner's counter. */
export const requestsOf = (samples: Sample[]) =>
  samples.filter(({ name }) => name === 'http_requests_total');

/** The sum of all series with these labels, and perhaps more labels. */
export function countOf(samples: Sample[], labels: Record<string, string>): number {
  const wanted = Object.entries(labels);
  return requestsOf(samples)
    .filter((sample) => wanted.every(([key, text]) => sample.labels[key] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The series of http_requests_total that have grown. */
export function growth(before: Sample[], after: Sample[]): { series: string; by: number }[] {
  return requestsOf(after)
    .map(({ labels, value }) => ({ series: seriesOf(labels), by: value - countOf(before, labels) }))
    .filter(({ by }) => by > 0);
}

const seriesOf = (labels: Record<string, string>): string =>
  `{${Object.entries(labels).map(([key, text]) => `${key}="${text}"`)}}`;

/** @throws CheckFailure unless the series has grown by exactly so much between two scrapes */
export function expectGrowth(
  step: StepUnderTest,
  before: Sample[],
  after: Sample[],
  labels: Record<string, string>,
  expected: number,
): void {
  if (countOf(after, labels) - countOf(before, labels) === expected) return;
  // Whether scrapes and health checks count is a question of its own.
  const grown = growth(before, after).filter(({ series }) => !/"\/(metrics|healthz)"/.test(series));
  fail({
    expected: `${expected} more in ${seriesOf(labels)}`,
    actual:
      grown
        .map(({ series, by }) => `${by} more in ${series}`)
        .slice(0, 3)
        .join('\n') || 'no growth',
    where: step.files.find('app/metrics.ts', /\.(inc|set|labels)\(/),
    hint: 'A counter grows by one for each request. When the answer is finished, the method, the matched route and the status code are all known.',
  });
}
