import type { StepUnderTest } from '../../files/index.ts';
import type { Dashboard, Panel } from './dashboards.ts';
import { readDashboards } from './dashboards.ts';
import { ask, filledIn, type Series } from './queries.ts';
import { BURST, UNIT } from './traffic.ts';

/** A panel, and what its queries answered after the known traffic. */
export interface Shown {
  dashboard: Dashboard;
  panel: Panel;
  /** The series of each query. */
  answers: Series[][];
  /** The same, divided by the resident memory of the app at that moment. */
  sharesOfMemory: number[];
}

const MEMORY = 'scalar(process_resident_memory_bytes{job="web"})';

/**
 * Asks Prometheus for everything that the panels show. Queries that it cannot read have no answer.
 *
 * @param time in seconds since 1970
 */
export async function askPanels(step: StepUnderTest, time: number): Promise<Shown[]> {
  const panels = readDashboards(step).flatMap((dashboard) =>
    dashboard.panels.map((panel) => ({ dashboard, panel })),
  );
  return Promise.all(
    panels.map(async ({ dashboard, panel }) => {
      const asked = panel.queries.map((query) => filledIn(step, query, dashboard));
      const answers = await Promise.all(asked.map((expression) => ask(step, expression, time)));
      const compared = await Promise.all(
        asked.map((expression) => ask(step, `(\n${expression}\n) / ${MEMORY}`, time)),
      );
      return { dashboard, panel, answers, sharesOfMemory: compared.flat().map((it) => it.value) };
    }),
  );
}

/** Within 10 %, because a scrape may fall into a burst. */
const near = (value: number, wanted: number) => Math.abs(value - wanted) <= wanted / 10;

/** Does it show the known traffic by status code, and then per second or as a count? */
export function byStatusCode({ answers }: Shown): 'per second' | 'count' | undefined {
  const groups = new Map<string, number>();
  for (const [index, series] of answers.entries()) {
    for (const { labels, value } of series) {
      const key = labels.status_code ?? `query ${index}`;
      groups.set(key, (groups.get(key) ?? 0) + value);
    }
  }
  const values = [...groups.values()].filter((value) => value > 0).sort((a, b) => b - a);
  const sum = values.reduce((total, value) => total + value, 0);
  const wanted = Object.values(UNIT).sort((a, b) => b - a);
  const unit = wanted.reduce((total, value) => total + value);
  const fits = wanted.every((share, index) => near((values[index] ?? 0) / sum, share / unit));
  if (!fits || values.length !== wanted.length) return undefined;
  return sum < BURST / 2 ? 'per second' : 'count';
}

/** Does one of its queries divide, and come to this share, as a ratio or in percent? */
export function showsShare({ panel, answers }: Shown, share: number): boolean {
  return answers.some((series, index) => {
    const divides = /[/]|\bavg\b/.test(
      panel.queries[index]?.expression.replaceAll(/"[^"]*"|'[^']*'/g, '') ?? '',
    );
    return divides && series.some(({ value }) => near(value, share) || near(value, 100 * share));
  });
}

/** Does Grafana, with the panel's unit, draw this share as such, and not as a hundred times more or less? */
export function isReadAs({ panel, answers }: Shown, share: number): boolean {
  const isIn = (wanted: number) => answers.flat().some(({ value }) => near(value, wanted));
  return !(
    (panel.unit === 'percent' && isIn(share)) ||
    (panel.unit === 'percentunit' && isIn(100 * share))
  );
}

/** Do the series of one of its queries add up to this number? */
export function showsSum({ answers }: Shown, wanted: number): boolean {
  return answers.some(
    (series) => Math.abs(series.reduce((sum, { value }) => sum + value, 0) - wanted) < 0.01,
  );
}

/** Does it show the app's resident memory, in bytes, KiB, MiB, kB or MB? */
export function showsMemory({ sharesOfMemory }: Shown): boolean {
  const units = [1, 1 / 1024, 1 / 1024 ** 2, 1e-3, 1e-6];
  return sharesOfMemory.some((share) => units.some((unit) => Math.abs(share / unit - 1) < 0.02));
}
