import { join } from 'node:path';
import { ask, filledIn, readDashboards } from '../../verify/expect/grafana/index.ts';
import type { Series } from '../../verify/expect/index.ts';
import { StepUnderTest } from '../../verify/index.ts';
import { ROOT } from '../place.ts';

export const step = new StepUnderTest(join(ROOT, 'solutions/05-load-test'));
export const dashboards = readDashboards(step);

/** Everything that a dashboard asks, with Grafana's variables filled in by us. */
export const queriesOf = (dashboard: (typeof dashboards)[number]) => [
  ...dashboard.panels.flatMap(({ value, queries }) => {
    const { defaults } = (value.fieldConfig ?? {}) as { defaults?: { noValue?: string } };
    // Where nobody has asked, there are no requests to count, and the panel says so in words of its own.
    const empty = defaults?.noValue === undefined ? 'never' : 'at first';
    return queries.map((query) => described(dashboard, query, empty));
  }),
  // An annotation has something to mark only now and then.
  ...dashboard.others.map((query) => described(dashboard, query, 'always')),
];

const described = (
  dashboard: (typeof dashboards)[number],
  query: (typeof dashboard.others)[number],
  empty: 'never' | 'at first' | 'always',
) => ({
  title: query.title,
  expression: filledIn(step, query, dashboard),
  /** When it may have no answer. */
  empty,
  /** Panel, query and place, for the message of a test. */
  text: `${query.title}: ${query.expression} (${query.where})`,
});

/** The answers to everything, by the expression. */
export async function askAll(): Promise<Map<string, Series[]>> {
  const expressions = new Set(dashboards.flatMap(queriesOf).map(({ expression }) => expression));
  const answers = [...expressions].map(async (it) => [it, await ask(step, it)] as const);
  return new Map(await Promise.all(answers));
}
