import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseReference } from '../../images/index.ts';
import { countAs } from '../../stack/grafana-summary.ts';
import { type Stack, startStack, waitFor } from '../../stack/index.ts';
import { knownMetrics, metricsIn, syntaxError } from '../../verify/expect/grafana/index.ts';
import type { Series } from '../../verify/expect/index.ts';
import { askAll, dashboards, queriesOf, step } from './test-queries.ts';

/** rate() needs two scrapes, 5 s apart, and a busy machine is slow. Seconds. */
const SHOWN_WITHIN = 60;

/** What happens to the app, in this order. */
const PERIODS = ['nobody has asked yet', 'half of the requests fail', 'nobody asks any more'];
const [BEFORE = '', BURST = '', AFTER = ''] = PERIODS;

const byTitle = dashboards.map((dashboard) => [String(dashboard.value.title), dashboard] as const);
const prometheus = parseReference(String(step.compose().service('prometheus').get('image')));

describe('The queries of the dashboards', () => {
  let stack: Stack;
  const seen = new Map<string, Map<string, Series[]>>();

  const missing = (period: string, queries = dashboards.flatMap(queriesOf)): string[] =>
    queries
      .filter(({ empty }) => empty === 'never' || (empty === 'at first' && period !== BEFORE))
      .filter(({ expression }) => !seen.get(period)?.get(expression)?.length)
      .map(({ text }) => text);
  const valueIn = (period: string, title: string): number => {
    const query = dashboards.flatMap(queriesOf).find((it) => it.title === title);
    return seen.get(period)?.get(query?.expression ?? '')?.[0]?.value ?? Number.NaN;
  };
  /** What is still missing at the end is named by a test, not by this wait. */
  const observe = (period: string, isOver: () => boolean) =>
    waitFor({
      what: 'every panel to have numbers',
      withinSeconds: SHOWN_WITHIN,
      look: async () => seen.set(period, await askAll()),
      until: () => missing(period).length === 0 && isOver(),
    }).catch(() => {});

  beforeAll(async () => {
    stack = await startStack({ directory: step.files.directory });
    step.stack = stack;
    await observe(BEFORE, () => true);
    const app = await stack.url('app');
    const traffic = setInterval(() => {
      for (const path of ['/', '/nowhere', '/fail', '/fail'])
        fetch(`${app}${path}`).catch(() => {});
    }, 500);
    await observe(BURST, () => valueIn(BURST, 'Error ratio') > 0.4);
    clearInterval(traffic);
    await observe(AFTER, () => valueIn(AFTER, 'Request rate') === 0);
  });
  beforeEach((context) =>
    countAs(
      context,
      'Grafana queries',
      `${prometheus.title} ${prometheus.version} (with $__rate_interval and the like filled in by the tests)`,
    ),
  );
  afterAll(() => stack?.takeDown());

  describe.each(byTitle)('of %s', (_, dashboard) => {
    const queries = queriesOf(dashboard);

    it('Prometheus understands every query', async () => {
      const errors = queries.map(async ({ expression, text }) => {
        const error = await syntaxError(step, expression);
        return error ? [`${text}: ${error}`] : [];
      });

      expect((await Promise.all(errors)).flat()).toEqual([]);
    });

    it('every metric exists', async () => {
      const known = await knownMetrics(step, await stack.prometheus.now());
      const unknown = queries.map(async ({ expression, text }) =>
        (await metricsIn(step, expression))
          // Exists only while an alert is pending or fires.
          .filter((name) => !known.includes(name) && name !== 'ALERTS')
          .map((name) => `${name} in ${text}`),
      );

      expect((await Promise.all(unknown)).flat()).toEqual([]);
    });

    it.each(PERIODS)('every panel has numbers when %s', (period) => {
      const values = queries.flatMap(({ expression }) => seen.get(period)?.get(expression) ?? []);

      expect(missing(period, queries)).toEqual([]);
      expect(values.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    });
  });

  it('the error ratio shows failing requests, and only those', () => {
    const ratios = PERIODS.map((period) => valueIn(period, 'Error ratio'));

    expect(ratios).toEqual([0, expect.any(Number), 0]);
    expect(ratios[1]).toBeGreaterThan(0.3);
    expect(ratios[1]).toBeLessThan(0.7);
  });
});
