import { HISTOGRAM } from './series.ts';

/** Of a histogram: upper bounds in seconds, without the last one, which is infinite. */
const BOUNDS = [0.1, 0.3, 0.7, 1.5];

/** In every 5 s, how many requests fall between two bounds, and how many seconds they take together. */
interface Part {
  instance: string;
  route: string;
  status: number;
  counts: number[];
  seconds: number;
  /** How many requests, and seconds, there were in the same buckets before the first sample. */
  before: number;
}

/** One instance is busy, and fast because most fail; one has little to do and is slow. A restart of neither is near. */
const PARTS: Part[] = [
  {
    ...{ instance: 'app:8080', route: '/fail', status: 500 },
    ...{ counts: [180, 0, 0, 0, 0], seconds: 9, before: 0 },
  },
  {
    ...{ instance: 'app:8080', route: '/work', status: 200 },
    ...{ counts: [0, 0, 30, 0, 0], seconds: 15, before: 0 },
  },
  {
    ...{ instance: 'app:8081', route: '/', status: 200 },
    ...{ counts: [5, 0, 0, 0, 0], seconds: 0.25, before: 0 },
  },
  {
    ...{ instance: 'app:8081', route: '/work', status: 200 },
    ...{ counts: [0, 0, 0, 5, 0], seconds: 5, before: 400 },
  },
];

/** Two minutes of both as promtool takes them, series → values: as series of their buckets, and as native histograms. */
export function twoInstances(): Record<string, string> {
  return Object.fromEntries(
    PARTS.flatMap(({ instance, route, status, counts, seconds, before }) => {
      const labels = `job="web",instance="${instance}",method="GET",route="${route}",status_code="${status}"`;
      const all = total(counts);
      const line = (each: number) => `${each * before}+${each}x24`;
      const native = (times: number) =>
        `{{schema:-53 sum:${seconds * times} count:${all * times} custom_values:[${BOUNDS.join(' ')}] buckets:[${counts.map((count) => count * times).join(' ')}]}}`;
      return [
        ...[...BOUNDS, '+Inf'].map((le, index) => [
          `${HISTOGRAM}_bucket{${labels},le="${le}"}`,
          line(total(counts.slice(0, index + 1))),
        ]),
        [`${HISTOGRAM}_sum{${labels}}`, line(seconds)],
        [`${HISTOGRAM}_count{${labels}}`, line(all)],
        [`http_requests_total{${labels}}`, line(all)],
        [`${HISTOGRAM}{${labels}}`, `${native(before)}+${native(1)}x24`],
      ];
    }),
  );
}

const total = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0);
