// The series of the two new metrics, as GET /metrics shows them.
import type { Labels, Sample } from '../../verify/expect/index.ts';
import type { StepFiles } from '../../verify/files/index.ts';
import { findFirst, sourcesOf } from '../01-app/paths.ts';

export const HISTOGRAM = 'http_request_duration_seconds';
export const GAUGE = 'http_requests_in_progress';
export const COUNT = `${HISTOGRAM}_count`;
export const BUCKET = `${HISTOGRAM}_bucket`;
/** Seconds. */
export const OBJECTIVE = 0.3;
/** The known traffic, as it is labelled. */
export const WORK = { method: 'GET', route: '/work', status_code: '200' };

/** Where the learner writes, when no line is better. */
const LATENCY = 'app/latency.ts';

/** Where the histogram is made, and where it is told about a request. */
export const MADE = /\bnew (\w+\.)?(Histogram|Summary)\b/;
export const OBSERVED = /\.observe\(|startTimer\(/;

/** The first line of the app that matches, in the file of this step before all others. */
export const findInApp = (files: StepFiles, pattern: RegExp): string =>
  findFirst(files, [LATENCY, ...sourcesOf(files)], pattern) ?? LATENCY;

/** The sum of all samples of this name with these labels, and perhaps more; undefined when there is none. */
export function sumOf(samples: Sample[], name: string, labels: Labels = {}): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** By how much such a sum has grown. What is not there counts as 0. */
export const growthOf = ([before, after]: [Sample[], Sample[]], name: string, labels?: Labels) =>
  (sumOf(after, name, labels) ?? 0) - (sumOf(before, name, labels) ?? 0);

/** The series of one metric: each combination of labels once. */
export const seriesOf = (samples: Sample[], name: string): Sample[] =>
  samples.filter((sample) => sample.name === name);

/** How many requests are in progress; undefined without such a metric. */
export const gaugeOf = (samples: Sample[]): number | undefined => sumOf(samples, GAUGE);

/** The finite upper bounds of the histogram's buckets, in seconds. */
export function boundsOf(samples: Sample[]): number[] {
  const bounds = seriesOf(samples, BUCKET).map(({ labels }) => Number(labels.le));
  return [...new Set(bounds)].filter(Number.isFinite).sort((a, b) => a - b);
}

/** Those with this upper bound, however the app writes it. */
export const bucketsAt = (samples: Sample[], bound: number): Sample[] =>
  samples.filter(({ labels }) => Number(labels.le) === bound);
