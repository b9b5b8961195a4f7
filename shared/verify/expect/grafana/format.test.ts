import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../../root.ts';
import { countAs } from '../../../stack/grafana-summary.ts';
import { StepUnderTest } from '../../files/step-under-test.ts';
import { STEPS, stepNumber } from '../../runner/steps.ts';
import { computeVerdict } from '../../runner/verify.ts';
import { readDashboards } from './dashboards.ts';
import { dashboardDeviations, grafanaFormat, isTime, isUnit, nearest } from './format.ts';

const SOLUTIONS = join(ROOT, 'solutions');
const { from, times } = grafanaFormat();
/** https://jfly.uni-koeln.de/color/ */
const OKABE_ITO = ['#0072B2', '#D55E00', '#009E73', '#E69F00', '#CC79A7', '#56B4E9', '#F0E442'];
const PACKAGES = ['@grafana/schema', '@grafana/data'].map((name) => `${name} ${from[name]}`);

describe('Grafana files', () => {
  beforeEach((context) => countAs(context, 'Grafana files', PACKAGES.join(' and ')));

  it.each(STEPS.filter((id) => stepNumber(id) >= 3))(
    "step 3's checks find nothing wrong in the files of solutions/%s",
    async (id) => {
      const verdict = await computeVerdict({ number: 3, dir: join(SOLUTIONS, id), static: true });

      const found = verdict.results.filter(({ outcome }) => outcome !== 'passed');
      // From step 10 on Grafana asks the store.
      expect(found.map((it) => it.id)).toEqual(stepNumber(id) < 10 ? [] : ['datasource.url']);
      expect(verdict.passed).toBeGreaterThan(30);
    },
  );

  const given = readDashboards(new StepUnderTest(join(SOLUTIONS, STEPS.at(-1) ?? '')));
  const byTitle = given.map((dashboard) => [String(dashboard.value.title), dashboard] as const);

  /** The dashboards of the core, whose panels are many. */
  const LARGE = ['web', 'prometheus'];

  it.each(byTitle)('each panel of %s says what it shows', (_, { value, panels }) => {
    const silent = panels.filter(({ value }) => value.type !== 'row' && !value.description);

    expect(silent.map(({ title }) => title)).toEqual([]);
    expect(panels.length).toBeGreaterThan(LARGE.includes(String(value.uid)) ? 10 : 2);
  });

  it.each(byTitle)('each title of %s fits on a page 1280 pixels wide', (_, { panels }) => {
    // A column has 50 of them, a letter 7.5; the frame, the mark of the description and the menu take 76.
    const cut = panels.filter(({ value, title }) => {
      const { w } = value.gridPos as { w: number };
      return value.type !== 'row' && 7.5 * title.length + 76 > 50 * w;
    });

    expect(cut.map(({ title }) => title)).toEqual([]);
  });

  it.each(byTitle)('colour-blind eyes tell the colours of %s apart', (_, { value }) => {
    const colours = JSON.stringify(value).match(/(?<="(fixedColor|color|iconColor)":")[^"]+/g);

    expect(new Set(colours)).toSatisfy((used: Set<string>) => used.size > 2);
    expect((colours ?? []).filter((colour) => !OKABE_ITO.includes(colour))).toEqual([]);
  });

  it('a key, a value or a panel that is not what the types say is named with its place', async () => {
    const row = { type: 'row', panels: [{ title: 'A', gridPos: { x: '1' } }] };
    const dashboard = { titel: 'Web', tags: 'a', id: null, __inputs: [], panels: [row] };

    expect(await dashboardDeviations(dashboard)).toEqual([
      { place: ['panels', 0, 'panels', 0, 'gridPos', 'x'], kind: 'a number, without quotes' },
      { place: ['tags'], kind: 'a list' },
      { place: ['titel'], key: 'titel' },
    ]);
  });

  it('nothing is missing in a dashboard that holds only what people see', async () => {
    expect(await dashboardDeviations({ title: 'Web', panels: [{ type: 'stat' }] })).toEqual([]);
  });

  it.each(Object.entries(times))('"%s" is a time: %s, as in @grafana/data', (text, valid) =>
    expect(isTime(text)).toBe(valid),
  );

  it.each([
    ['reqps', true],
    ['suffix:requests', true],
    ['req/s', false],
    ['Bytes', false],
    ['', false],
  ])('Grafana has the unit "%s": %s', (unit, known) => expect(isUnit(unit)).toBe(known));

  it.each([
    ['noVlaue', 'noValue'],
    ['legend', 'legendFormat'],
    ['something', undefined],
  ])('whoever writes %s meant %s', (key, meant) => {
    expect(nearest(key, ['noValue', 'legendFormat', 'unit'])).toBe(meant);
  });
});
