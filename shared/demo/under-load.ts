import { type LoadSummary, runLoad } from '../../solutions/05-load-test/load-test/run-load.ts';
import { WrongResult } from '../engine/index.ts';
import { crossingLimit, messageBounds } from '../stack/index.ts';
import { type Journey, MARGIN } from './observe-alert.ts';

/** Two and a half times the threshold of the alert, in requests per second. */
export const LOAD = { connections: 10, rate: 50 };

/** How often the timeline shows the traffic. Seconds. */
const TRAFFIC_EVERY = 5;

/** Sends load while `work` runs, and stops it when `work` is done. @returns what `work` gave, and the load's summary */
export async function underLoad<T>(
  { stack, timing, timeline, signal }: Journey,
  work: () => Promise<T>,
): Promise<[T, LoadSummary]> {
  const target = await stack.url('app');
  const stop = new AbortController();
  timeline.add(
    'load started',
    `${LOAD.rate} requests/s from ${LOAD.connections} connections to ${target}`,
  );
  // Never longer than the alert may need, whatever happens to this process's other work.
  const duration = Math.ceil(
    crossingLimit(timing, LOAD.rate) + messageBounds(timing).most + 2 * MARGIN,
  );
  const load = runLoad(
    { target, ...LOAD, duration },
    {
      signal: signal ? AbortSignal.any([stop.signal, signal]) : stop.signal,
      onProgress: ({ elapsedSeconds, requestsPerSecond, totalRequests }) => {
        if (Math.round(elapsedSeconds) % TRAFFIC_EVERY !== 0) return;
        timeline.add('traffic', `${requestsPerSecond} requests/s, ${totalRequests} in all`);
      },
    },
  );
  const working = work();
  try {
    const result = await Promise.race([working, load.then(orFail).then(() => working)]);
    stop.abort();
    const summary = await load;
    timeline.add('load stopped', `after ${summary.requests} requests, ${summary.errors} errors`);
    return [result, summary];
  } finally {
    stop.abort();
    await Promise.allSettled([load]);
    working.catch(() => {});
  }
}

/** An app that stops answering ends the wait at once; a load that is merely over does not. */
function orFail({ end, requests, errors }: LoadSummary): void {
  if (end !== 'no answers') return;
  throw new WrongResult(
    `The app stopped answering under load, after ${requests} answers and ${errors} errors.`,
    'npm run demo, and while it runs: docker compose logs --follow app',
  );
}
