// What the panels of the dashboard Latency show of the known traffic.
import {
  expectDashboardsServed,
  expectNumbersInGrafana,
} from '../../verify/expect/grafana/index.ts';
import { evaluate, type Series } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { queries } from '../03-grafana/live.ts';
import { isReadAs, near, showsSum } from '../03-grafana/numbers.ts';
import { type Shown, seenIn } from '../03-grafana/shown.ts';
import { expectWrittenAs } from '../03-grafana/units.ts';
import { endOf, isNative, latencyDashboards } from './dashboard-file.ts';
import { RIGHT_SHARE } from './queries.ts';
import { HISTOGRAM } from './series.ts';
import { HELD, seenAt } from './traffic.ts';

export const dashboardPanels: Check[] = defineTopic(
  { kind: 'live', task: 7, needs: ['dashboard.data'] },
  [
    {
      id: 'dashboard.data',
      title: 'Every panel of every dashboard shows data',
      needs: ['traffic.seen', 'dashboard.file', 'dashboard.heatmap'],
      concurrent: true,
      async run(step) {
        // As in step 3, after the traffic of this step.
        for (const { id, run } of queries) if (id !== 'traffic.seen') await run(step);
      },
    },
    {
      id: 'dashboard.quantiles',
      title: 'A panel shows quantiles of all requests, in seconds',
      run: expectQuantiles,
    },
    {
      id: 'dashboard.buckets',
      title: 'The heatmap shows the buckets of all requests',
      run(step) {
        const heatmaps = ownPanels(step).filter(({ panel }) => panel.value.type === 'heatmap');
        const right = heatmaps.some(({ panel, answers }) =>
          answers.some(
            (series, at) =>
              (series.length > 4 &&
                series.every(({ labels }) => Object.keys(labels).join() === 'le')) ||
              (series.length === 1 && isNative(panel.queries[at])),
          ),
        );
        expectThat(right, {
          expected: 'one series for each bucket, with the label le and no other',
          actual: describeSeries(heatmaps),
          where: heatmaps[0]?.panel.queries[0]?.where ?? endOf(step),
          hint: 'The rows of a heatmap are the buckets. sum by (le) adds up everything else: instances, routes, status codes.',
        });
      },
    },
    {
      id: 'dashboard.share',
      title: 'A panel shows the share answered within 0.3 s',
      run: expectShare,
    },
    {
      id: 'dashboard.in-progress',
      title: 'A panel shows how many requests are in progress',
      run(step) {
        const right = ownPanels(step).filter((shown) => showsSum(shown, HELD));
        expectThat(right.length > 0, {
          expected: `${HELD}, while ${HELD} requests wait`,
          actual: 'no panel shows it',
          where: endOf(step),
          hint: 'A gauge is its own answer: rate() and increase() are for counters. sum() adds up the instances.',
        });
        expectWrittenAs(step, 'total', right);
      },
    },
    {
      id: 'grafana.latency',
      title: 'Grafana has every dashboard, and every panel gets its numbers',
      async run(step) {
        await expectDashboardsServed(step);
        const shown = seenIn(step).panels.flatMap(({ panel, answers }) =>
          panel.queries.filter((_, index) => answers[index]?.length !== 0),
        );
        await expectNumbersInGrafana(step, shown);
      },
    },
  ],
);

function ownPanels(step: StepUnderTest): Shown[] {
  const paths = latencyDashboards(step).map(({ path }) => path);
  return seenIn(step).panels.filter(({ dashboard }) => paths.includes(dashboard.path));
}

function describeSeries(heatmaps: Shown[]): string {
  const [series = []] = heatmaps[0]?.answers ?? [];
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))];
  return `${series.length} series, with the labels ${labels.join(', ') || 'none'}`;
}

/** Units of what is no share: seconds, per second, bytes. */
const OTHER_UNIT = /^m?s$|ps$|bytes/;

/** @throws CheckFailure unless a panel shows it, with a unit that says what it is */
async function expectShare(step: StepUnderTest): Promise<void> {
  const [truth] = await evaluate(step, RIGHT_SHARE, seenAt(step));
  const share = truth?.value ?? Number.NaN;
  const isShare = (value = Number.NaN) =>
    [value, value / 100].some((it) => Math.abs(it - share) < 0.02);
  const right = ownPanels(step).filter(({ answers }) =>
    answers.some(([only, ...more]) => more.length === 0 && isShare(only?.value)),
  );
  // A quantile, in seconds, may happen to be the same number.
  const other = right.every(({ panel }) => OTHER_UNIT.test(panel.unit)) ? right[0] : undefined;
  const misread = right.find((shown) => !isReadAs(shown, share)) ?? other;
  expectThat(right.length > 0 && !misread, {
    expected: misread
      ? '0.8 with the unit percentunit, or 80 with the unit percent'
      : 'about 0.8, after 200 requests of which 160 are answered within 0.3 s',
    actual: misread
      ? `the unit ${misread.panel.unit} in "${misread.panel.title}"`
      : 'no panel shows it',
    where: misread?.panel.where('fieldConfig', 'defaults', 'unit') ?? endOf(step),
    hint: 'The rate of the bucket le="0.3", summed, divided by the rate of all requests, summed. A share from 0 to 1 has the unit percentunit.',
  });
}

const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** @throws CheckFailure unless one panel shows at least two quantiles, with a unit that says what they are */
async function expectQuantiles(step: StepUnderTest): Promise<void> {
  const rate = (name: string) => `rate(${name}{job="web"}[20s])`;
  const truths = await Promise.all(
    QUANTILES.map(async (quantile) => {
      const classic = `histogram_quantile(${quantile}, sum by (le) (${rate(`${HISTOGRAM}_bucket`)}))`;
      const native = `histogram_quantile(${quantile}, sum(${rate(HISTOGRAM)}))`;
      const [truth] = await evaluate(step, `${classic} or ${native}`, seenAt(step));
      return truth?.value ?? Number.NaN;
    }),
  );
  const count = ({ answers }: Shown, times: number): number => {
    const isRight = ({ value }: Series) => truths.some((truth) => near(value / times, truth));
    // A query without `sum by (le)` has a line for each route, most of which are none of these quantiles.
    const isOfAll = (series: Series[]) => series.length === 1 || series.every(isRight);
    const values = answers.filter(isOfAll).flat();
    const isShown = (truth: number) => values.some(({ value }) => near(value / times, truth));
    // Two quantiles that fall into the same bucket are two lines all the same.
    return Math.min(truths.filter(isShown).length, values.length);
  };
  for (const shown of ownPanels(step)) {
    const times = [1, 1_000].find((factor) => count(shown, factor) >= 2);
    if (times === undefined) continue;
    const unit = times === 1 ? 's' : 'ms';
    if (shown.panel.unit === unit) return;
    fail({
      expected: `the unit ${unit} in "${shown.panel.title}"`,
      actual: shown.panel.unit ? `the unit ${shown.panel.unit}` : 'no unit',
      where: shown.panel.where('fieldConfig', 'defaults', 'unit'),
      hint: 'Grafana converts by itself: with the unit s it writes 20 ms where the number is 0.02.',
    });
  }
  fail({
    expected: 'at least two quantiles of all requests, such as p50 and p99',
    actual: 'no panel shows them',
    where: endOf(step),
    hint: 'histogram_quantile(0.5, sum by (le) (rate(…))) is one line; a panel may have several queries. An average of quantiles is not a quantile.',
  });
}
