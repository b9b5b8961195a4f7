import type { Sample } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { METRICS } from './ask-app.ts';

/** The series of the learner's counter. */
export const requestSeries = (samples: Sample[]) =>
  samples.filter(({ name }) => name === 'http_requests_total');

/** The sum of all series with these labels, and perhaps more labels. */
export function countRequests(samples: Sample[], labels: Record<string, string>): number {
  const wanted = Object.entries(labels);
  return requestSeries(samples)
    .filter((sample) => wanted.every(([key, text]) => sample.labels[key] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The series of http_requests_total that have grown. */
export function computeGrowth(before: Sample[], after: Sample[]): { series: string; by: number }[] {
  return requestSeries(after)
    .map(({ labels, value }) => ({
      series: describeSeries(labels),
      by: value - countRequests(before, labels),
    }))
    .filter(({ by }) => by > 0);
}

const describeSeries = (labels: Record<string, string>): string =>
  `{${Object.entries(labels).map(([key, text]) => `${key}="${text}"`)}}`;

/**
 * The counter is on the page, under its name and as a counter.
 *
 * @param page what GET /metrics answers
 * @throws CheckFailure
 */
export function expectCounter({ files }: StepUnderTest, page: string): void {
  // OpenMetrics leaves the ending out in this line.
  const type = page.match(/^# TYPE http_requests(?:_total)? (\w+)/m)?.[1];
  if (type === 'counter') return;
  if (type === undefined) {
    const similar = [...page.matchAll(/^# TYPE (http\w*) /gm)].map(([, name]) => name);
    fail({
      expected: 'http_requests_total on /metrics',
      actual: `names that begin with http: ${similar.join(', ') || 'none'}`,
      where: files.find(METRICS, /new \w+\(|countRequests/),
      hint:
        similar.length > 0
          ? 'Prometheus, dashboards and alerts ask for a metric by its exact name.'
          : 'new Counter({ name, help, labelNames }) makes a counter, once, outside of any function. From then on it is on /metrics.',
    });
  }
  fail({
    expected: 'http_requests_total on /metrics, of the type counter',
    actual: `of the type ${type}`,
    where: files.find(METRICS, /http_requests_total/),
    hint: 'A counter only grows, so that Prometheus can compute a rate from it. What is set, and may fall, is a gauge.',
  });
}

/** @throws CheckFailure unless the series has grown by exactly so much between two scrapes */
export function expectGrowth(
  step: StepUnderTest,
  before: Sample[],
  after: Sample[],
  labels: Record<string, string>,
  expected: number,
): void {
  if (countRequests(after, labels) - countRequests(before, labels) === expected) return;
  const [{ labels: own } = { labels }] = requestSeries(after);
  const isNamedOtherwise = Object.keys(labels).some((name) => !(name in own));
  // Whether scrapes and health checks count is a question of its own.
  const grown = computeGrowth(before, after)
    .filter(({ series }) => !/"\/(metrics|healthz)"/.test(series))
    .slice(0, 3);
  fail({
    expected: `${expected} more in ${describeSeries(labels)}`,
    actual: grown.map(({ series, by }) => `${by} more in ${series}`).join('\n') || 'no growth',
    where: step.files.find(METRICS, /\.(inc|set|labels)\(/),
    hint: isNamedOtherwise
      ? 'The labels are called method, route and status_code. Dashboards and alerts ask for them by these names.'
      : 'A counter grows by one for each request. When the answer is finished, the method, the matched route and the status code are all known.',
  });
}
