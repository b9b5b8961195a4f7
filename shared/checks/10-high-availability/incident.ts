import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration } from '../../duration.ts';
import { waitFor, waitOrLook } from '../../verify/expect/index.ts';
import { expectThat, readSettings, type StepUnderTest } from '../../verify/files/index.ts';
import { DELIVERY, MARGIN } from '../08-on-call/arrivals.ts';
import { peersOf } from './cluster.ts';
import { PAIRS } from './pairs.ts';

/** Its expression turns as soon as the mix of answers does, so that nobody waits for a window to pass. */
export const ALERT = 'TooManyErrors';

/** Requests each second: one in ten fails, which is more than the 5 % of the rule. */
const LOAD = ['/fail', ...Array.from({ length: 9 }, () => '/')];
/** After the load, so that at once fewer than 5 % of the last 30 s have failed. */
const GOOD = 400;

/** The first of each kind. */
export const VICTIMS: readonly string[] = [PAIRS.prometheus[0], PAIRS.alertmanager[0]];

/** Sends requests to one instance until it is told to stop. */
async function startLoad({ stack }: StepUnderTest) {
  const app = await stack.url('app');
  const send = (path: string) =>
    fetch(app + path).then(
      (answer) => answer.arrayBuffer(),
      () => {},
    );
  const timer = setInterval(() => void Promise.all(LOAD.map(send)), 1_000);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
    },
    /** The failures end, and good answers outweigh them. */
    async recover() {
      clearInterval(timer);
      for (let sent = 0; sent < GOOD; sent += 20)
        await Promise.all(Array.from({ length: 20 }, () => send('/')));
    },
  };
}

/**
 * Under load, when the alert fires and is not told yet, one Prometheus and one Alertmanager are killed. They come
 * back when it is over.
 *
 * @param victims none, to have the same without a kill
 * @throws CheckFailure when a message is missing or comes twice, or the store has a gap
 */
export async function expectOneOfEach(step: StepUnderTest, victims = VICTIMS): Promise<void> {
  const { resolvedBounds, serversAt } = await import('../../stack/index.ts');
  const { stack } = step;
  const timing = await stack.alert(ALERT).timing();
  // Where the other one fires sooner, its message may be on its way when the first one fires.
  const urls = await Promise.all(PAIRS.prometheus.map((name) => stack.url(name)));
  const alerts = urls.map((url) => serversAt(async () => url).alert(ALERT));
  const told = peersOf(step)[0].timeout + DELIVERY;
  const startedAt = await stack.prometheus.now();
  // Looked up now, because every moment counts later: before the message is sent they must be gone.
  const containers = await Promise.all(victims.map((name) => stack.container(name)));
  await stack.inbox.clear();
  await using load = await startLoad(step);
  await waitFor({
    what: `${ALERT} to fire`,
    withinSeconds:
      3 * timing.scrapeInterval + 2 * timing.evaluationInterval + timing.holdFor + MARGIN,
    look: () => Promise.all(alerts.map((alert) => alert.state())),
    until: (seen) => seen.some(({ state }) => state === 'firing'),
  }).catch(() => {});
  await Promise.all(containers.map((container) => container.kill()));
  const killedAt = Date.now();
  const firing = await messages(step, 'FIRING', timing.groupWait + told);
  const where = step.compose().service(PAIRS.alertmanager[1]).where();
  expectThat(firing > 0, {
    expected: `a message FIRING: ${ALERT}, at most ${timing.groupWait + told} s after ${victims.join(' and ')} were killed`,
    actual: 'none',
    where,
    hint: 'The second Alertmanager was told by the second Prometheus, and by the first before its end. http://localhost:9193 shows what it knows, and docker compose logs alertmanager-2 what it tried.',
  });
  await load.recover();
  const resolved = await messages(step, 'RESOLVED', resolvedBounds(timing).most + told);
  // A Prometheus that is back sooner evaluates what it had before, and fires for what is over; and an Alertmanager may have
  // waited for the other one with an alert that has ended meanwhile: docs/decisions/high-availability.md
  // When at most one sample of before its end is left in the window, no rate can be computed from what was.
  const forgottenAt = killedAt + (timing.window - timing.scrapeInterval) * 1_000;
  await pause(Math.max(0, forgottenAt - Date.now()));
  await Promise.all(victims.map((name) => stack.start(name)));
  // Looked at meanwhile, told after the messages.
  const withoutGap = expectNoGap(step, startedAt);
  withoutGap.catch(() => {});
  // The one that is back is told with the next evaluation, and waits for the other one.
  await pause((timing.evaluationInterval + told) * 1_000);
  const counts = [await count(step, 'FIRING'), await count(step, 'RESOLVED')];
  expectThat(resolved >= 1 && counts.every((it) => it === 1), {
    expected: `one message FIRING: ${ALERT}, and one RESOLVED, also when those that were killed are back`,
    actual: `${counts[0]} FIRING, ${counts[1]} RESOLVED`,
    where: readSettings(step, 'alertmanager').file.where(['route', 'repeat_interval']),
    hint: 'What one Alertmanager has sent it tells the other, also one that comes back. What is told again in spite of it is repeated by the route, or the two do not hear each other.',
  });
  await withoutGap;
}

/** The messages about the alert. */
export const fetchMessages = async ({ stack }: StepUnderTest, status: 'FIRING' | 'RESOLVED') =>
  (await stack.inbox.messages()).filter(({ title, text }) =>
    new RegExp(`${status}\\b.*${ALERT}`, 's').test(`${title} ${text}`),
  );

const count = async (...args: Parameters<typeof fetchMessages>): Promise<number> =>
  (await fetchMessages(...args)).length;

/** How many there are, as soon as there is one. @param most seconds that it may take */
const messages = (step: StepUnderTest, status: 'FIRING' | 'RESOLVED', most: number) =>
  waitOrLook(
    most + MARGIN,
    `${status}: ${ALERT}`,
    () => count(step, status),
    (found) => found > 0,
  );

/** @param since seconds since 1970 @throws CheckFailure where two neighbouring samples are further apart than two scrapes */
async function expectNoGap(step: StepUnderTest, since: number): Promise<void> {
  const { file } = readSettings(step, 'prometheus');
  const scrape = parseDuration(file.get(['global', 'scrape_interval']) ?? '1m');
  const now = Date.now() / 1_000;
  const series = await waitOrLook(
    3 * scrape + MARGIN,
    'the newest samples',
    () => step.stack.store.samples(`up{job="web"}[${Math.ceil(Date.now() / 1_000 - since)}s]`),
    (found) => found.some(({ values }) => (values.at(-1)?.[0] ?? 0) >= now - scrape),
  );
  const longest = Math.max(
    ...series.map(({ values }) => {
      const times = [...values.map(([time]) => time), now];
      return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
    }),
  );
  // A sample of each interval is kept, so that two neighbours are less than two intervals apart.
  expectThat(series.length > 0 && longest <= 2 * scrape + 1, {
    expected: `no gap longer than one scrape: samples at most ${2 * scrape} s apart`,
    actual: series.length > 0 ? `${longest.toFixed(1)} s` : 'no samples at all',
    where: file.where(['remote_write', 0]),
    hint: 'What one Prometheus did not see the other one did. Look at up{job="web"} at http://localhost:8428/vmui, and for errors of remote write in the log of prometheus-2.',
  });
}
