import {
  ask,
  atGoodMoment,
  type Dashboard,
  expectMetrics,
  filledIn,
  knownMetrics,
  type Panel,
  readDashboards,
  sendKnownTraffic,
} from '../../verify/expect/grafana/index.ts';
import { readTotalRequests, type Series } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';

/** A panel, and what Prometheus returned for its queries after the known traffic. */
export interface Shown {
  dashboard: Dashboard;
  panel: Panel;
  /** The series of each query. */
  answers: Series[][];
  /** The same, divided by the resident memory of the app at that moment. */
  sharesOfMemory: number[];
}

/** What there is to see after the known traffic. */
interface Seen {
  panels: Shown[];
  /** The names of all metrics. */
  metrics: string[];
  /** All requests that the app has counted. */
  total: number;
}

const seen = new WeakMap<StepUnderTest, Seen>();

/** What the check `traffic.seen` has kept for those after it. */
export const seenIn = (step: StepUnderTest): Seen =>
  seen.get(step) ?? { panels: [], metrics: [], total: 0 };

/** Sends the known traffic and keeps what there is to see. @throws CheckFailure when Prometheus does not collect it */
export async function showKnownTraffic(step: StepUnderTest): Promise<void> {
  await sendKnownTraffic(step).catch(async ({ message }: Error) => {
    if ((await readTotalRequests(step)) === 0) {
      const known = await knownMetrics(step, await step.stack.prometheus.now());
      await expectMetrics(step, (name) => known.includes(name) || OF_STEP_4.test(name));
    }
    fail({
      expected: 'every request in http_requests_total{job="web"}',
      actual: message,
      where: step.files.find('prometheus/prometheus.yaml', /job_name:\s*["']?web/),
      hint: 'This worked in step 2: http://localhost:9090/targets says which target is down, and why.',
    });
  });
  await keepShown(step);
}

/** Keeps what there is to see now, for `seenIn`. */
export async function keepShown(step: StepUnderTest): Promise<void> {
  const total = await readTotalRequests(step);
  const shown = await atGoodMoment(step, async (time) => ({
    panels: await askPanels(step, time),
    metrics: await knownMetrics(step, time),
  }));
  seen.set(step, { ...shown, total });
}

/** Metrics that exist once there are rules and an Alertmanager: in step 4. */
export const OF_STEP_4 = /^(ALERTS|ALERTS_FOR_STATE|prometheus_(rule|notifications)_\w+)$/;

const MEMORY = 'scalar(process_resident_memory_bytes{job="web"})';

/**
 * Asks Prometheus for everything that the panels show. Queries that it cannot read show no series.
 *
 * @param time in seconds since 1970
 */
function askPanels(step: StepUnderTest, time: number): Promise<Shown[]> {
  const askAll = (expressions: string[]) =>
    Promise.all(expressions.map((expression) => ask(step, expression, time)));
  const panels = readDashboards(step).flatMap((dashboard) =>
    dashboard.panels.map(async (panel) => {
      const asked = panel.queries.map((query) => filledIn(step, query, dashboard));
      const answers = await askAll(asked);
      const shares = await askAll(asked.map((expression) => `(\n${expression}\n) / ${MEMORY}`));
      return { dashboard, panel, answers, sharesOfMemory: shares.flat().map((it) => it.value) };
    }),
  );
  return Promise.all(panels);
}
