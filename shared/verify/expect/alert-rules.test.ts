import { describe, expect, it } from 'vitest';
import { isSinceStart, leastRate, unlike500, windowsIn } from './alert-rules.ts';

const ratio = (failed: string) => `sum(rate(x_total${failed}[1m])) / sum(rate(x_total[1m]))`;

it.each([
  ratio('{status_code=~"5.."}'),
  ratio(`{job="web", status_code =~ '5[0-9]{2}'}`),
  ratio('{status_code=~`5\\d\\d`}'),
  ratio('{status_code=~"5\\\\d\\\\d"}'),
  ratio('{status_code=~"(?i)5.."}'),
  ratio('{status_code=~"500|502|503|504"}'),
  ratio('{status_code=~"[45].."}'),
  ratio('{status_code!="404", status_code=~"[45].."}'),
  `1 - ${ratio('{status_code!~"5.."}')}`,
  ratio('{route="/fail"}'),
  ratio('{status_code=~"$failed"}'),
])('every status from 500 to 599 is treated alike: %s', (expression) => {
  expect(unlike500(expression)).toBe(undefined);
});

it.each([
  ['{status_code="500"}', '502'],
  ['{status_code=~"500"}', '502'],
  ['{status_code!="500"}', '502'],
  ['{status_code=~"500|502"}', '503'],
])('not every status is treated as 500 is: %s', (matcher, first) => {
  expect(unlike500(ratio(matcher))).toBe(first);
});

it.each([
  ['sum(x_total{a="["}) / sum(x_total)', true],
  [ratio('{status_code=~"5.."}'), false],
  ['(x_total - x_total offset 1m) / 60', false],
  ['job:x:rate1m / 2', false],
  ['sum by (le) (x_seconds_bucket{job="web"})', true],
  ['sum by (le) (job_le:x_seconds_bucket:rate1m)', false],
])('%s speaks of all the time since the start: %s', (expression, expected) => {
  expect(isSinceStart(expression)).toBe(expected);
});

it.each([
  ['rate(a[30s]) / (rate(b[30s]) > 0) or vector(0)', 0],
  ['rate(a[30s]) / clamp_min(sum by (c, d) (rate(b[30s])), 1)', 1],
  ['round(rate(a[30s]) / CLAMP_MIN(rate(b[30s]), 1e-9), 0.01)', 1e-9],
  ['rate(a{c=~"5..", d=">9"}[30s]) / (rate(b[30s]) >= bool 0.5)', 0.5],
  ['increase(a[30s]) / (increase(b[30s]) >= 1)', 0],
])('%s takes rates as they are from %s per second', (expression, expected) => {
  expect(leastRate(expression)).toBe(expected);
});

describe('How far an expression looks back', () => {
  it.each([
    ['rate(a[30s])', [30]],
    ['rate(a[30]) / rate(b[1h:5m])', [30, 3_600]],
    [`rate(a{b="[1]", c='#'}[5m]) # as the app's, see [1]`, [300]],
    ['rate(a[$__rate_interval])', []],
  ])('%s', (expression, expected) => {
    expect(windowsIn(expression)).toEqual(expected);
  });
});
