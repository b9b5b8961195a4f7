// Known traffic on the real containers, and what Prometheus makes of it.

import { readDashboards, sendBursts } from '../../verify/expect/grafana/index.ts';
import { evaluate, parseMetrics, type Series, waitFor } from '../../verify/expect/index.ts';
import { fail, orNone, type StepUnderTest } from '../../verify/files/index.ts';
import { keepShown } from '../03-grafana/shown.ts';
import { KNOWN } from './app-run.ts';
import { BUCKET, boundsOf, bucketsAt, GAUGE, HISTOGRAM, OBJECTIVE, sumOf } from './series.ts';

/** Milliseconds that one half of the known traffic asks for: 80 of 100 are answered within 0.3 s. */
const HALF = KNOWN.filter((_, index) => index % 2 === 0);

/** How many requests wait at the same time, before their clients hang up. */
export const HELD = 7;

/** In seconds. Here Prometheus collects twice a second; a busy machine may lose scrapes. */
const SEEN_WITHIN = 10;

const CONFIG = 'prometheus/prometheus.yaml';

const sent = new WeakMap<StepUnderTest, number>();

/** When everything was to be seen, in seconds since 1970: kept by the check `traffic.seen` for those after it. */
export const seenAt = (step: StepUnderTest): number => sent.get(step) ?? 0;

/** A failure, 200 answers of known durations, and requests whose clients hang up. @throws CheckFailure */
export async function expectSeen(step: StepUnderTest): Promise<void> {
  await awaitValue(step, 'min(up{job="web"})', 1, 'a scrape of the app');
  await step.stack.app.text('/fail').catch(() => {});
  const round = HALF.map((ms): [string, string] => ['GET', `/work?ms=${ms}`]);
  // Neither is in the way of the other; what is wrong with the first one is said first.
  const bursts = sendBursts(step, { round, parts: [1, 1], scrapeInterval: 1 });
  bursts.catch(() => {});
  await expectFirstFailure(step);
  await bursts;
  await expectSameBuckets(step);
  await whileWaiting(step, async () => {
    sent.set(step, await step.stack.prometheus.now());
    // Where a file cannot be read, `dashboard.file` has said so.
    if (orNone(() => readDashboards(step))) await keepShown(step);
  });
}

const FAILURES = 'http_requests_total{job="web", route="/fail", status_code="500"}';

async function expectFirstFailure(step: StepUnderTest): Promise<void> {
  await waitFor({
    what: 'the first failure',
    withinSeconds: SEEN_WITHIN,
    look: () => evaluate(step, `sum(increase(${FAILURES}[30s]))`),
    until: ([increase]) => (increase?.value ?? 0) > 0,
  }).catch(() =>
    fail({
      expected: `increase(${FAILURES}[30s]) above 0 after one failure`,
      actual: 'it is 0, or there is no such series',
      where: step.files.find(CONFIG, /metric_relabel_configs/),
      hint: 'The app has the series at 0 from its start, and Prometheus must have scraped that 0 before the failure. Does a setting of the job drop it?',
    }),
  );
}

/** Prometheus has each bucket as the app has it: as series of their own, or in a native histogram. */
async function expectSameBuckets(step: StepUnderTest): Promise<void> {
  const samples = parseMetrics(await step.stack.app.text('/metrics'));
  const wanted = new Map(
    boundsOf(samples).map((bound) => [bound, sumOf(bucketsAt(samples, bound), BUCKET)]),
  );
  const isSame = ([classic = [], native = []]: Series[][]): boolean =>
    classic.length === 0 && native.length === 1
      ? Math.round(native[0]?.value ?? 0) === wanted.get(OBJECTIVE)
      : [...wanted].every(([bound, count]) =>
          classic.some(({ labels, value }) => Number(labels.le) === bound && value === count),
        );
  await waitFor({
    what: 'the buckets',
    withinSeconds: SEEN_WITHIN,
    look: () => Promise.all([CLASSIC, NATIVE].map((expression) => evaluate(step, expression))),
    until: isSame,
  }).catch(() =>
    fail({
      expected: `as many in each ${HISTOGRAM}_bucket as GET /metrics says`,
      actual: 'Prometheus has no such series, or another number',
      where: step.files.find(CONFIG, /metric_relabel_configs/),
      hint: 'A bucket that Prometheus drops is missing in every quantile and share, and no error says so. Fewer buckets are chosen in the app.',
    }),
  );
}

const CLASSIC = `sum by (le) (${HISTOGRAM}_bucket{job="web"})`;
const NATIVE = `histogram_fraction(0, ${OBJECTIVE}, sum(${HISTOGRAM}{job="web"})) * histogram_count(sum(${HISTOGRAM}{job="web"}))`;

const WAITING = `sum(${GAUGE}{job="web"})`;

/** Looks while requests wait, once more where a busy machine did so too late. Prometheus must see their clients hang up, too. */
async function whileWaiting(
  step: StepUnderTest,
  look: () => Promise<void>,
  isLast = false,
): Promise<void> {
  const url = `${await step.stack.url('app')}/work?ms=5000`;
  const client = new AbortController();
  for (let times = 0; times < HELD; times++) fetch(url, { signal: client.signal }).catch(() => {});
  const held = `${HELD} in ${GAUGE}, while so many requests wait`;
  const isSeen = await awaitValue(step, WAITING, HELD, held).then(
    () => true,
    (error) => (isLast ? Promise.reject(error) : false),
  );
  if (isSeen) await look();
  const [waiting] = await evaluate(step, WAITING);
  client.abort();
  await awaitValue(step, WAITING, 0, `0 in ${GAUGE}, after their clients have hung up`);
  if (!isLast && waiting?.value !== HELD) await whileWaiting(step, look, true);
}

/** @throws CheckFailure when Prometheus does not come to see it */
async function awaitValue(step: StepUnderTest, expression: string, wanted: number, what: string) {
  await waitFor({
    ...{ what, withinSeconds: SEEN_WITHIN, look: () => evaluate(step, expression) },
    until: ([series]) => series?.value === wanted,
  }).catch(() =>
    fail({
      expected: what,
      actual: 'not in Prometheus',
      where: step.files.find(CONFIG, /job_name:\s*["']?web/),
      hint: 'This worked in step 2: http://localhost:9090/targets says which target is down, and why.',
    }),
  );
}
