import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { countAs } from '../stack/grafana-summary.ts';
import { dashboardDeviations, grafanaFormat } from './grafana-format.ts';
import { isTime, isUnit, nearest } from './grafana-names.ts';
import { verify } from './verify.ts';

const SOLUTIONS = join(import.meta.dirname, '../../solutions');
const { from, times } = grafanaFormat();
const PACKAGES = ['@grafana/schema', '@grafana/data'].map((name) => `${name} ${from[name]}`);

describe('Grafana files', () => {
  beforeEach((context) => countAs(context, 'Grafana files', PACKAGES.join(' and ')));

  it.each(['03-grafana', '04-alertmanager', '05-load-test'])(
    "When step 3's checks of files judge solutions/%s, then nothing is wrong",
    async (id) => {
      const verdict = await verify({ number: 3, dir: join(SOLUTIONS, id), static: true });

      expect(verdict.results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
      expect(verdict.passed).toBeGreaterThan(30);
    },
  );

  it('When a key, a value or a panel is not what the types say, then its place is named', async () => {
    const row = { type: 'row', panels: [{ title: 'A', gridPos: { x: '1' } }] };
    const dashboard = { titel: 'Web', tags: 'a', id: null, __inputs: [], panels: [row] };

    expect(await dashboardDeviations(dashboard)).toEqual([
      { place: ['panels', 0, 'panels', 0, 'gridPos', 'x'], kind: 'a number, without quotes' },
      { place: ['tags'], kind: 'a list' },
      { place: ['titel'], key: 'titel' },
    ]);
  });

  it('When a dashboard holds nothing but what people see, then nothing is missing', async () => {
    expect(await dashboardDeviations({ title: 'Web', panels: [{ type: 'stat' }] })).toEqual([]);
  });

  it.each(Object.entries(times))(
    'When a time is written "%s", then it is valid: %s, as in @grafana/data',
    (text, valid) => expect(isTime(text)).toBe(valid),
  );

  it.each([
    ['reqps', true],
    ['suffix:requests', true],
    ['req/s', false],
    ['Bytes', false],
    ['', false],
  ])('When a unit is written "%s", then Grafana has it: %s', (unit, known) =>
    expect(isUnit(unit)).toBe(known),
  );

  it.each([
    ['noVlaue', 'noValue'],
    ['legend', 'legendFormat'],
    ['something', undefined],
  ])('When a key is written %s, then %s was meant', (key, meant) => {
    expect(nearest(key, ['noValue', 'legendFormat', 'unit'])).toBe(meant);
  });
});
