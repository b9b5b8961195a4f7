import type { StepUnderTest } from '../../files/index.ts';
import { readTotalRequests, sendTraffic, type Traffic, waitFor } from '../metrics-text.ts';
import { ask } from './queries.ts';

/** Answered requests of one unit of traffic, by their status code. */
export const UNIT = { '200': 6, '500': 3, '404': 1 };
const PATHS = { '200': '/', '500': '/fail', '404': '/there-is-no-such-page' };
const UNITS = 12;

/** Requests of the second burst: no honest "per second" comes near this number. */
export const BURST = UNITS * Object.values(UNIT).reduce((sum, count) => sum + count);

const SCRAPED = 'sum(http_requests_total{job="web"})';
// Both jobs, and only scrapes that succeeded. Some series of Prometheus exist only from its second scrape on, and a
// rate needs two samples.
const OFTEN_ENOUGH = 'count(sum_over_time(up{job=~"prometheus|web"}[20s]) > 2) > 1';

/** Sends traffic in two bursts, and waits until Prometheus has seen each. */
export const sendKnownTraffic = (step: StepUnderTest, scrapeInterval = 5): Promise<void> =>
  sendBursts(step, {
    round: Object.entries(UNIT).flatMap(([code, count]) =>
      Array<[string, string]>(count).fill(['GET', PATHS[code as keyof typeof PATHS]]),
    ),
    parts: [1, UNITS],
    scrapeInterval,
  });

/** Sends rounds of requests, and waits after each part of them until Prometheus has seen it. */
export async function sendBursts(
  step: StepUnderTest,
  { scrapeInterval, ...bursts }: Omit<Traffic, 'seen'> & { scrapeInterval: number },
): Promise<void> {
  await sendTraffic(step, {
    ...bursts,
    seen: async (part) => {
      const total = await readTotalRequests(step);
      await waitFor({
        what: 'Prometheus to have scraped every request, and each target three times',
        withinSeconds: 3 * scrapeInterval + 5,
        look: () => ask(step, part === 0 ? SCRAPED : `${SCRAPED} and ${OFTEN_ENOUGH}`),
        until: ([sum]) => sum?.value === total,
      });
    },
  });
}

const ALL_UP = 'min(up{job=~"prometheus|web"}) == 1';

/**
 * Asks at a moment when the last scrape of each job has succeeded. One that fails, as it may on a busy machine, hides
 * all series of its target until the next one.
 *
 * @param look gets the moment, in seconds since 1970
 */
export async function atGoodMoment<T>(
  step: StepUnderTest,
  look: (time: number) => Promise<T>,
): Promise<T> {
  const seen = await waitFor({
    what: 'both targets to be up',
    withinSeconds: 20,
    look: async () => {
      const time = await step.stack.prometheus.now();
      // A scrape that began before this moment may end after it, so it is asked again.
      if ((await ask(step, ALL_UP, time)).length === 0) return [];
      const answer = await look(time);
      return (await ask(step, ALL_UP, time)).map(() => answer);
    },
    until: (answers) => answers.length > 0,
  });
  return seen[0] as T;
}
