import { expect, it } from 'vitest';
import type { AlertRule } from '../alert-rules.ts';
import { evaluationInterval } from './evaluation-interval.ts';

/** @param group of the rule; two of one name stand in different files when their places differ */
const rule = (own: object, { place = 'rules.yaml:3', ...group }: Record<string, string> = {}) => {
  const reading = (values: object) => ({
    get: (key?: string) => (key ? (values as Record<string, unknown>)[key] : values),
  });
  const where = () => place;
  return {
    ...{ name: 'alert' in own ? String(own.alert) : '', where, ...reading(own) },
    group: { where, ...reading({ name: 'slo', ...group }) },
  } satisfies AlertRule;
};

const BAD = rule({ record: 'job:bad:rate5m', expr: 'rate(bad_total[5m])' });
const burns = (own: object = {}) =>
  rule({ alert: 'Burns', expr: 'job:bad:rate5m > 0.1', annotations: { summary: 'burns' }, ...own });

const interval = (parts: AlertRule[], questions: string[] = [], moments = [40, 60]) =>
  evaluationInterval(parts, { questions, moments, every: 3 });

it('goes from one moment to the next where all that is asked for is there by then', () => {
  expect(interval([BAD, burns()])).toBe(20);
  expect(interval([BAD], ['job:bad:rate5m / 2'])).toBe(20);
  expect(interval([BAD], ['max_over_time((sum(bad_total))[1h:5m])'])).toBe(20);
  expect(interval([burns({ expr: 'bad_total{path="[1m]"} > 1' })])).toBe(20);
});

it('needs a moment: nothing may be asked, or only how all begins', () => {
  expect(interval([BAD], [], [])).toBe(1);
  expect(interval([BAD], [], [0])).toBe(1);
});

it.each<[string, AlertRule[], string[]?]>([
  ['an alert that waits', [BAD, burns({ for: '1m' })]],
  ['an alert that goes on', [BAD, burns({ for: 0, keep_firing_for: '3m' })]],
  [
    'a group that looks back',
    [rule({ record: 'job:x', expr: 'x' }, { query_offset: '1m' }), burns({ expr: 'job:x > 1' })],
  ],
  ['an alert above what it asks for', [burns(), BAD]],
  ['a name that asks for itself', [rule({ record: 'job:x', expr: 'job:x + 1 or vector(0)' })]],
  [
    'a window over a recorded name',
    [BAD, burns({ expr: 'avg_over_time(job:bad:rate5m[1h]) > 1' })],
  ],
  ['a recorded name of before', [BAD, burns({ expr: 'job:bad:rate5m OFFSET 10m > 1' })]],
  ['a recorded name at a moment', [BAD, burns({ expr: 'job:bad:rate5m @ 600 > 1' })]],
  ['a question about a window', [BAD], ['avg_over_time(job:bad:rate5m[1h])']],
  ['a subquery that names no step', [], ['max_over_time(sum(bad_total)[1h:])']],
  ['the state of alerts', [BAD, burns()], ['ALERTS{alertname="Burns"}']],
  ['a name by its pattern', [BAD], ['{__name__=~"job:.*"}']],
  ['labels alone', [BAD], ['up == on(job){job="web"}']],
  ['a text that asks', [BAD, burns({ annotations: { summary: '{{ query "up" | first }}' } })]],
  [
    'two groups of one name, whose order is open',
    [BAD, rule({ alert: 'Burns', expr: 'job:bad:rate5m > 1' }, { place: 'other.yaml:3' })],
  ],
])('is short for %s', (_, parts, questions) => {
  expect(interval(parts, questions)).toBe(3);
});
