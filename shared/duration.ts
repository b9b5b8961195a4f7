/** Seconds in each unit. */
const UNITS = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 };

/** A duration as Prometheus and Alertmanager take it, "5s", "1m30s" or 0, in seconds; NaN for anything else. */
export function parseDuration(value: unknown): number {
  if (value === 0 || value === '0') return 0;
  if (typeof value !== 'string' || !/^(\d+(ms|[smhdwy]))+$/.test(value)) return Number.NaN;
  return [...value.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

/** A number of PromQL, which may have underscores between its digits; one that begins with 0 counts in eights. */
const NUMBER = /^(?!0\d)[\da-fx._+-]+$/i;

/** How far a range of PromQL looks back, what stands in `[30s]` or, in seconds, in `[30]`; NaN for anything else. */
export function parseRange(text: string): number {
  const seconds = NUMBER.test(text) ? Number(text.replaceAll(/(?<=\d)_(?=\d)/g, '')) : Number.NaN;
  return Number.isNaN(seconds) ? parseDuration(text) : seconds;
}
