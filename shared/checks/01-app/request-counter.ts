import type { Sample } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { METRICS } from './paths.ts';

/** The series of the learner's counter. */
export const requestSeries = (samples: Sample[]) =>
  samples.filter(({ name }) => name === 'http_requests_total');

/** Those of visitors. Whether scrapes and health checks count is a question of its own. */
export const visits = (samples: Sample[]) =>
  requestSeries(samples).filter(({ labels }) => !/^\/(metrics|healthz)$/.test(labels.route ?? ''));

/**
 * The sum of all series with these labels, and perhaps more labels. Whether the route is labelled with its pattern is a
 * question of its own: where no series has that, all routes count.
 */
export function countRequests(samples: Sample[], labels: Record<string, string>): number {
  const { route, ...others } = labels;
  const isKnown = requestSeries(samples).some((sample) => sample.labels.route === route);
  const wanted = Object.entries(isKnown || !isLabelledOtherwise(samples) ? labels : others);
  return visits(samples)
    .filter((sample) => wanted.every(([key, text]) => sample.labels[key] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

/** No request at all is labelled with one of the lesson's patterns. */
export const isLabelledOtherwise = (samples: Sample[]): boolean =>
  visits(samples).length > 0 &&
  visits(samples).every(
    ({ labels }) => !/^(\/|\/slow|\/fail|unmatched)$/.test(labels.route ?? '/'),
  );

/** The series of http_requests_total that have grown. */
export function computeGrowth(before: Sample[], after: Sample[]): { series: string; by: number }[] {
  return requestSeries(after)
    .map(({ labels, value }) => ({
      series: describeSeries(labels),
      by: value - readSeries(before, labels),
    }))
    .filter(({ by }) => by > 0);
}

const readSeries = (samples: Sample[], labels: Record<string, string>): number =>
  requestSeries(samples).find((one) => describeSeries(one.labels) === describeSeries(labels))
    ?.value ?? 0;

export const describeSeries = (labels: Record<string, string>): string =>
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
  const isThere = /^# (TYPE http_requests_total |EOF)/m.test(page);
  if (type === 'counter' && isThere) return;
  if (type === undefined || !isThere) {
    const similar = [...page.matchAll(/^# TYPE (http\w*) /gm)].map(([, name]) => name);
    fail({
      expected: 'http_requests_total on /metrics',
      actual: `names that begin with http: ${similar.join(', ') || 'none'}`,
      where: files.find(METRICS, type ? /['"`]http_requests['"`]/ : /new \w+\(|countRequests/),
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
