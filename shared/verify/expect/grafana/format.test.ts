import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../../root.ts';
import { countAs } from '../../../stack/grafana-summary.ts';
import { StepUnderTest } from '../../files/step-under-test.ts';
import { verify } from '../../runner/verify.ts';
import { readDashboards } from './dashboards.ts';
import { dashboardDeviations, grafanaFormat } from './format.ts';
import { isTime, isUnit, nearest } from './names.ts';

const SOLUTIONS = join(ROOT, 'solutions');
const { from, times } = grafanaFormat();
/** https://jfly.uni-koeln.de/color/ */
const OKABE_ITO = ['#0072B2', '#D55E00', '#009E73', '#E69F00', '#CC79A7', '#56B4E9', '#F0E442'];
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

  const given = readDashboards(new StepUnderTest(join(SOLUTIONS, '05-load-test')));
  const byTitle = given.map((dashboard) => [String(dashboard.value.title), dashboard] as const);

  it.each(byTitle)(
    'When the panels of %s are read, then each says what it shows',
    (_, { panels }) => {
      const silent = panels.filter(({ value }) => value.type !== 'row' && !value.description);

      expect(silent.map(({ title }) => title)).toEqual([]);
      expect(panels.length).toBeGreaterThan(10);
    },
  );

  it.each(byTitle)(
    'When the colours of %s are read, then colour-blind eyes tell them apart',
    (_, { value }) => {
      const colours = JSON.stringify(value).match(/(?<="(fixedColor|color|iconColor)":")[^"]+/g);

      expect(new Set(colours)).toSatisfy((used: Set<string>) => used.size > 2);
      expect((colours ?? []).filter((colour) => !OKABE_ITO.includes(colour))).toEqual([]);
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
