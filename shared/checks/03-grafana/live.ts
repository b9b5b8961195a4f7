import {
  expectDashboardsServed,
  expectMetrics,
  expectNumbersInGrafana,
  expectUnderstood,
  filledIn,
  metricsIn,
  records,
} from '../../verify/expect/grafana/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { OF_STEP_4, seenIn, showKnownTraffic } from './shown.ts';

/** What Prometheus says about the queries of the dashboards. */
export const queries = defineTopic({ kind: 'live' }, [
  {
    id: 'queries.understood',
    title: 'Prometheus understands every query, with the variables filled in',
    task: 4,
    run: expectUnderstood,
  },
  {
    id: 'traffic.seen',
    title: 'Prometheus collects known traffic from the app',
    run: showKnownTraffic,
  },
  {
    id: 'queries.metrics',
    title: 'Every metric that a panel asks for exists',
    task: 4,
    needs: ['traffic.seen', 'queries.understood'],
    run(step) {
      const { metrics } = seenIn(step);
      return expectMetrics(step, (name) => metrics.includes(name) || OF_STEP_4.test(name));
    },
  },
  {
    id: 'queries.data',
    title: 'Every panel shows data',
    task: 4,
    needs: ['queries.metrics'],
    async run(step) {
      for (const { dashboard, panel, answers } of seenIn(step).panels) {
        if (panel.queries.length === 0 || answers.some((series) => series.length > 0)) continue;
        const asked = panel.queries.map((query) => filledIn(step, query, dashboard));
        const names = (await Promise.all(asked.map((text) => metricsIn(step, text)))).flat();
        const isForStep4 = names.some((name) => OF_STEP_4.test(name));
        expectThat(isForStep4, {
          expected: `numbers in "${panel.title}"`,
          actual: `no data for ${asked[0]}`,
          where: panel.queries[0]?.where ?? '',
          hint: 'No series has all the labels in braces. Ask http://localhost:9090 for the metric alone: it shows which labels there are.',
        });
      }
    },
  },
  {
    id: 'queries.legend',
    title: 'Every legend names labels that its query returns',
    task: 4,
    needs: ['queries.data'],
    run: expectLegends,
  },
]);

/** @throws CheckFailure at the first legend that names a label which no series of its query has */
function expectLegends(step: StepUnderTest): void {
  for (const { panel, answers } of seenIn(step).panels) {
    const asked = [...records(panel.value.targets).entries()].filter(
      ([, { expr, hide }]) => expr && hide !== true,
    );
    for (const [index, series] of answers.entries()) {
      const [at = 0, target] = asked[index] ?? [];
      const legend = String(target?.legendFormat ?? '');
      const names = [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name);
      const missing = names.find((name) => !series.some(({ labels }) => name in labels));
      const there = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))];
      expectThat(missing === undefined || series.length === 0, {
        expected: `labels that the query of "${panel.title}" returns: ${there.join(', ') || 'none'}`,
        actual: `"${legend}"`,
        where: panel.where('targets', at, 'legendFormat'),
        hint: 'Grafana fills in the labels of each line, and leaves out in silence what a line does not have. sum by (…) keeps only the labels in the brackets.',
      });
    }
  }
}

/** What Grafana itself makes of the step's files. */
export const realGrafana = defineTopic({ kind: 'live' }, [
  {
    id: 'grafana.dashboards',
    title: 'Grafana runs, asks for a password and has every dashboard',
    task: 4,
    asks: ['grafana'],
    run: expectDashboardsServed,
  },
  {
    id: 'grafana.panels',
    title: 'Grafana reaches Prometheus and every panel gets its numbers',
    task: 2,
    needs: ['queries.data'],
    run: (step) =>
      expectNumbersInGrafana(
        step,
        seenIn(step).panels.flatMap(({ panel, answers }) =>
          panel.queries.filter((_, index) => answers[index]?.length !== 0),
        ),
      ),
  },
]);
