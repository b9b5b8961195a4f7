/** What a request may come to. Each kind has a route of its own, so that no two share a series. */
export const KINDS = {
  fast: { what: 'fast successes', route: '/', code: 200, seconds: 0.02 },
  nearly: { what: 'successes of 0.25 s', route: '/nearly', code: 200, seconds: 0.25 },
  slow: { what: 'successes of 0.35 s', route: '/work', code: 200, seconds: 0.35 },
  // A proxy before the app, or its next version, answers with another status than 500.
  failed: { what: 'failures (503)', route: '/fail', code: 503, seconds: 0.02 },
  failedLate: { what: 'failures of 1.2 s', route: '/late', code: 500, seconds: 1.2 },
  unknown: { what: '404s', route: 'unmatched', code: 404, seconds: 0.02 },
  unchanged: { what: '304s', route: '/picture', code: 304, seconds: 0.02 },
} as const;
export type Kind = keyof typeof KINDS;

/** So many minutes with so many requests of each kind a minute; "restart" before the numbers begin again at 0. */
export type Period = [minutes: number, requests: Partial<Record<Kind, number>>, how?: 'restart'];

/** Bounds as Prometheus writes them. A step may have others besides the one at the objective. */
const BOUNDS = ['0.1', '0.2', '0.3', '0.4', '1.0', '1.5', '+Inf'];

const isWithin = (seconds: number, bound: string): boolean =>
  bound === '+Inf' || seconds <= Number(bound);

/** Everything that Prometheus stores about an instance with such traffic, as a counter, and as both kinds of histogram. */
export function seriesOf(periods: Period[], instance = 'app:8080'): Record<string, string> {
  const series: Record<string, string> = {};
  // Those of success and of failure are there from the beginning, as in step 6.
  const kinds = ['fast', 'failed', ...periods.flatMap(([, requests]) => Object.keys(requests))];
  for (const kind of new Set(kinds as Kind[])) {
    const { route, code, seconds } = KINDS[kind];
    const labels = `job="web", instance="${instance}", method="GET", route="${route}", status_code="${code}"`;
    const counts = countsOf(periods, kind);
    const counter = values(counts, (count) => `${count}`);
    const metric = 'http_request_duration_seconds';
    series[`http_requests_total{${labels}}`] = counter;
    series[`${metric}_count{${labels}}`] = counter;
    series[`${metric}_sum{${labels}}`] = values(counts, (count) => `${rounded(count * seconds)}`);
    for (const bound of BOUNDS)
      series[`${metric}_bucket{${labels}, le="${bound}"}`] = isWithin(seconds, bound)
        ? counter
        : values(counts, () => '0');
    series[`${metric}{${labels}}`] = values(counts, (count) => nativeHistogram(seconds, count));
  }
  return series;
}

/** The first value of each run of samples, what is added a minute, and how often. */
type Run = [first: number, added: number, times: number];

function countsOf(periods: Period[], kind: Kind): Run[] {
  let total = 0;
  const runs: Run[] = [[0, 0, 0]];
  for (const [minutes, requests, how] of periods) {
    const added = requests[kind] ?? 0;
    if (how === 'restart') total = 0;
    runs.push([rounded(total + added), added, minutes - 1]);
    total += added * minutes;
  }
  return runs;
}

const values = (runs: Run[], write: (count: number) => string): string =>
  runs.map(([first, added, times]) => `${write(first)}+${write(added)}x${times}`).join(' ');

const rounded = (value: number): number => Number(value.toFixed(6));

/** One with the bounds of the classic histogram, as promtool reads it. */
function nativeHistogram(seconds: number, count: number): string {
  const bucket = BOUNDS.findIndex((bound) => isWithin(seconds, bound));
  const bounds = BOUNDS.slice(0, -1).map(Number).join(' ');
  const buckets = BOUNDS.map((_, index) => (index === bucket ? count : 0)).join(' ');
  return `{{schema:-53 sum:${rounded(seconds * count)} count:${count} custom_values:[${bounds}] buckets:[${buckets}]}}`;
}
