import {
  type Dashboard,
  listIn,
  type Panel,
  provisioned,
  readDashboards,
  readQueries,
  records,
} from '../../verify/expect/grafana/index.ts';
import { windowsIn } from '../../verify/expect/index.ts';
import {
  expectThat,
  isRecord,
  type StepUnderTest,
  scrapeInterval,
} from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { everyPanel } from './dashboards.ts';

/** Grafana's own data sources, such as the one that keeps annotations. */
const BUILT_IN = /^(-- (Grafana|Mixed|Dashboard) --|grafana|default|__expr__)$/;

/** What the panels' files say: where each is, and what it asks. */
export const panels = defineTopic({ kind: 'static', task: 4, needs: ['panels.queries'] }, [
  {
    id: 'panels.grid',
    title: 'Panels do not overlap, and stay within the grid',
    needs: ['dashboards.classic'],
    run(step) {
      for (const { panels } of readDashboards(step)) {
        for (const [index, panel] of panels.entries()) {
          const { x, y, w, h } = placeOf(panel);
          const place = `${isRecord(panel.value.gridPos) ? '' : 'no gridPos, so '}x ${x}, y ${y}, w ${w}, h ${h}`;
          const hidden = panels.slice(0, index).find((other) => overlap(panel, other));
          const where = panel.where('gridPos');
          expectThat(!hidden, {
            expected: `free space for "${panel.title}"`,
            actual: `${place}: over "${hidden?.title}"`,
            where,
            hint: 'A dashboard is a grid of 24 columns. "gridPos" says where a panel is: x and y are its upper left corner, w and h how wide and high it is.',
          });
          expectThat(x + w <= 24, {
            expected: `"${panel.title}" to end at column 24`,
            actual: `x ${x} and w ${w}: it ends at column ${x + w}`,
            where,
            hint: 'A dashboard is a grid of 24 columns, whatever the size of the screen.',
          });
        }
      }
    },
  },
  {
    id: 'panels.queries',
    title: 'Every panel asks something',
    needs: ['dashboards.keys'],
    run: everyPanel((panel) => {
      const { title, needsQuery, queries, value, where } = panel;
      const other = JSON.stringify(value.targets ?? []).match(/-- Dashboard --|queryType|__expr__/);
      expectThat(!needsQuery || queries.length > 0 || other, {
        expected: `a query in "${title}": targets with an expr`,
        actual: Array.isArray(value.targets) ? 'no target with an expr' : 'no targets',
        where: where('targets'),
        hint: 'A target is one query of a panel. Its expr is the PromQL expression whose result is drawn.',
      });
      expectLines(panel);
    }),
  },
  {
    id: 'panels.data-source',
    title: 'Every panel names a data source that exists',
    needs: ['dashboards.classic', 'datasource.uid'],
    run: expectKnownSources,
  },
  {
    id: 'panels.rate',
    title: 'What is shown as "per second" is a rate',
    run: everyPanel(({ title, unit, queries }) => {
      const raw = queries.find((query) => /ps$/.test(unit) && isRawCounter(query.expression));
      expectThat(!raw, {
        expected: `rate() around the counter in "${title}"`,
        actual: `${raw?.expression} with the unit ${unit}`,
        where: raw?.where ?? '',
        hint: 'A counter only grows. rate() makes "per second" of it, averaged over the time in brackets.',
      });
    }),
  },
  {
    id: 'panels.window',
    title: 'Every rate looks back over two scrapes at least',
    needs: ['panels.queries', 'datasource.interval'],
    run(step) {
      const least = 2 * scrapeInterval(step);
      for (const { query, expression } of readQueries(step)) {
        const window = windowsIn(expression).find((seconds) => seconds < least);
        expectThat(window === undefined, {
          expected: `at least ${least} s in the brackets of "${query.title}"`,
          actual: `${window} s`,
          where: query.where,
          hint: 'A rate is computed from two scrapes or more; from one there is no result.',
        });
      }
    },
  },
]);

/** @throws CheckFailure when a panel that draws over time asks for one moment only */
function expectLines({ title, value, where }: Panel): void {
  if (!/^(timeseries|state-timeline|heatmap|status-history)$/.test(String(value.type))) return;
  const targets = records(value.transformations).length > 0 ? [] : records(value.targets);
  const once = targets.findIndex(
    ({ hide, instant, range }) => instant === true && range !== true && hide !== true,
  );
  expectThat(once < 0, {
    expected: `no "instant": true in "${title}", which draws over time`,
    actual: '"instant": true',
    where: where('targets', once, 'instant'),
    hint: 'An instant query returns one value for each series, now: one dot. A line, and every panel over time, needs a range query, which is the default.',
  });
}

const placeOf = ({ value }: Panel) => ({
  ...{ x: 0, y: 0, w: 6, h: 3 },
  ...(value.gridPos as { x: number; y: number; w: number; h: number } | undefined),
});

function overlap(one: Panel, other: Panel): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
  return one.row === other.row && !apart;
}

/** A counter without anything that makes "per second" or "in this time" of it. */
const isRawCounter = (expression: string): boolean =>
  /\w_total\b/.test(expression) && !/\b(rate|irate|increase|deriv|delta)\s*\(/.test(expression);

/** Every data source that a dashboard names is provisioned, built in, or a variable of the dashboard. @throws CheckFailure */
function expectKnownSources(step: StepUnderTest): void {
  const provided = provisioned(step, 'datasources').flatMap(({ value }) => [value.uid, value.name]);
  for (const dashboard of readDashboards(step)) {
    const known = [...provided, ...dataSourceVariables(dashboard)];
    for (const { title, where, source } of namedSources(dashboard)) {
      expectThat(known.includes(source) || BUILT_IN.test(String(source || 'default')), {
        expected: `${title} to name the uid prometheus`,
        actual: `"${source}"`,
        where,
        hint: /^\$\{DS_/.test(String(source))
          ? 'The dashboard was exported for another Grafana, which asks for a data source when it is imported. A provisioned file is not imported: export it with "Share dashboard with another instance" off.'
          : 'A panel finds its data source by the uid that the provisioning file gives it. Upper and lower case matter.',
      });
    }
  }
}

/** Every place of a dashboard that may name a data source, by uid or, as older ones do, by name. */
function* namedSources({ panels, value, where }: Dashboard) {
  for (const { title, value, where } of panels) {
    yield { title: `"${title}"`, where: where('datasource', 'uid'), source: sourceOf(value) };
    for (const [index, target] of records(value.targets).entries()) {
      const place = where('targets', index, 'datasource', 'uid');
      yield { title: `"${title}"`, where: place, source: sourceOf(target) };
    }
  }
  for (const kind of ['annotations', 'templating']) {
    for (const [index, entry] of listIn(value[kind]).entries()) {
      const place = where(kind, 'list', index, 'datasource', 'uid');
      yield { title: `"${entry.name}" below ${kind}`, where: place, source: sourceOf(entry) };
    }
  }
}

const sourceOf = ({ datasource }: Record<string, unknown>): unknown =>
  isRecord(datasource) ? datasource.uid : datasource;

/** "${source}" for each variable of the dashboard that lets one choose a data source. */
const dataSourceVariables = ({ value }: Dashboard): string[] =>
  listIn(value.templating)
    .filter(({ type }) => type === 'datasource')
    .flatMap(({ name }) => [`\${${name}}`, `$${name}`, `[[${name}]]`]);
