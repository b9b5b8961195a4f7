import {
  expectDashboardsServed,
  expectMetrics,
  expectNumbersInGrafana,
  expectUnderstood,
  filledIn,
  metricsIn,
} from '../../verify/expect/grafana/index.ts';
import { expectThat } from '../../verify/files/index.ts';
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
]);

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
