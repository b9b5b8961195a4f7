import { readRequests, sendTraffic, waitFor } from '../../verify/expect/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { failByConfig } from './places.ts';
import { INTERVAL } from './read-config.ts';

/** Ten requests: seven answered with 200, in two series, two with 500 and one with 404. */
const ROUND = [
  ...Array(6).fill(['GET', '/']),
  ['HEAD', '/'],
  ['GET', '/fail'],
  ['GET', '/fail'],
  ['GET', '/no-such-page'],
] as [string, string][];

/** How many requests of the second part are answered with each status code. */
export const SECOND_PART = { '200': 70, '500': 20, '404': 10 };

/** An answer is waited for at most so many scrapes; one may have just begun, one may be lost. */
const SCRAPES_TO_WAIT = 3;

/** When no scrape has succeeded for so long after one that has not, none will. Seconds. */
const LOST_SECONDS = 5;

/** What was sent, and when Prometheus had seen it. Times in seconds since 1970, on Prometheus's clock. */
interface KnownTraffic {
  /** All requests the app must have counted, by status code. */
  totals: Record<string, number>;
  /** The scrape that saw all of them; the scrape before it saw the first part. */
  seenAt: number;
}

/**
 * Sends 10 requests, waits for a scrape, sends 100 more of the same mix, and waits for the next scrape.
 * Begins at the first call; later calls await the same.
 */
export function knownTraffic(step: StepUnderTest): Promise<KnownTraffic> {
  return step.once('known traffic', () => {
    const known = sendKnownTraffic(step);
    // Whoever awaits it gets the error; nobody may be listening yet.
    known.catch(() => {});
    return known;
  });
}

async function sendKnownTraffic(step: StepUnderTest): Promise<KnownTraffic> {
  const totals = await readRequests(step);
  let seenAt = 0;
  await sendTraffic(step, {
    round: ROUND,
    parts: [1, 10],
    seen: async () => {
      seenAt = await nextScrape(step, await step.stack.prometheus.now());
    },
  });
  for (const [code, count] of Object.entries(SECOND_PART))
    totals[code] = (totals[code] ?? 0) + count + count / 10;
  return { totals, seenAt };
}

/**
 * Waits until the app was scraped later than a moment. A busy machine may lose a scrape; an app that cannot be reached
 * loses all of them.
 *
 * @returns when, in seconds since 1970
 */
export async function nextScrape(step: StepUnderTest, after: number): Promise<number> {
  let lostAt: number | undefined;
  const jobs = async () => (await step.stack.prometheus.targets()).map(({ labels }) => labels.job);
  const { scrapedAt } = await waitFor({
    what: 'a scrape of the app',
    withinSeconds: SCRAPES_TO_WAIT * INTERVAL,
    look: async () => {
      const [up] = await step.stack.prometheus.query('up{job="web"}');
      const [time] = await step.stack.prometheus.query('timestamp(up{job="web"})');
      return { isUp: up?.value[1] === '1', scrapedAt: Number(time?.value[1] ?? 0) };
    },
    until: ({ isUp, scrapedAt }) => {
      if (scrapedAt <= after || isUp) return isUp && scrapedAt > after;
      lostAt ??= scrapedAt;
      return scrapedAt > lostAt + LOST_SECONDS;
    },
  }).catch(async (error) =>
    (await jobs()).includes('web') ? Promise.reject(error) : failByConfig(step),
  );
  return scrapedAt;
}
