import autocannon from 'autocannon';
import type { LoadOptions } from './options.ts';
import type { LoadProgress, LoadSummary } from './summary.ts';
import { reachTarget } from './target.ts';

export type { LoadProgress, LoadSummary };

/** How long one request may take, and how long all of them may go without an answer. Seconds. */
const PATIENCE = 5;

/** How much longer than asked the run may take, so that the last answers still count. Seconds. */
const LATE = 1;

/**
 * Sends `rate × duration` GET requests to the target, each second's share at the start of that second.
 * A target too slow for the rate gets fewer: a second after `duration` the run ends in any case.
 *
 * @param hooks.signal abort it to end the run; the summary then arrives within a second
 * @throws Error when nothing answers at the target before the first request
 */
export async function runLoad(
  options: LoadOptions,
  hooks: { onProgress?: (p: LoadProgress) => void; signal?: AbortSignal },
): Promise<LoadSummary> {
  await reachTarget(options.target, hooks.signal);

  const progress: LoadProgress = {
    elapsedSeconds: 0,
    requestsPerSecond: 0,
    totalRequests: 0,
    errors: 0,
    non2xx: 0,
  };
  let end: LoadSummary['end'] = 'done';
  let totalBefore = 0;
  let lastAnswerAt = 0;
  // Started before the load, so that a second is reported before the next one's requests leave.
  const clock = setInterval(() => {
    progress.elapsedSeconds += 1;
    progress.requestsPerSecond = progress.totalRequests - totalBefore;
    totalBefore = progress.totalRequests;
    hooks.onProgress?.({ ...progress });

    if (progress.requestsPerSecond > 0) lastAnswerAt = progress.elapsedSeconds;
    if (progress.elapsedSeconds - lastAnswerAt >= PATIENCE) end = 'no answers';
    if (end === 'no answers' || progress.elapsedSeconds >= options.duration + LATE) load.stop();
  }, 1_000);

  const load = startLoad(options);
  load.on('response', (_client, status) => {
    progress.totalRequests += 1;
    if (status < 200 || status > 299) progress.non2xx += 1;
  });
  load.on('reqError', () => {
    progress.errors += 1;
  });

  const onAbort = () => {
    end = 'stopped';
    load.stop();
  };
  hooks.signal?.addEventListener('abort', onAbort);

  try {
    return summarize(await load, end);
  } finally {
    clearInterval(clock);
    hooks.signal?.removeEventListener('abort', onAbort);
  }
}

// #region task: send rate × duration requests over all connections at a steady rate, none waiting for more than 5 s
// #starter function startLoad({ target }: LoadOptions) {
// #starter   const load = autocannon({ url: target, connections: 1, amount: 1 });
// #starter   // Both at once when it runs, which its types do not say.
// #starter   return load as Promise<autocannon.Result> & autocannon.Instance;
// #starter }
function startLoad({ target, connections, duration, rate }: LoadOptions) {
  const load = autocannon({
    url: target,
    connections,
    overallRate: rate,
    // Not autocannon's `duration`: that ends amid a second's requests, and their answers would be lost.
    amount: rate * duration,
    timeout: PATIENCE,
    // Report the latency that was seen. The correction this turns off assumes that a request is due every
    // millisecond: it reports a median of 500 ms for a target that always takes 1,000 ms.
    ignoreCoordinatedOmission: true,
  });
  // Both at once when it runs, which its types do not say.
  return load as Promise<autocannon.Result> & autocannon.Instance;
}
// #endregion

function summarize(result: autocannon.Result, end: LoadSummary['end']): LoadSummary {
  const { requests, duration, latency, non2xx, errors, timeouts } = result;
  return {
    requests: requests.total,
    requestsPerSecond: requests.total / duration,
    durationSeconds: duration,
    latency: { p50: latency.p50, p97_5: latency.p97_5, p99: latency.p99 },
    non2xx,
    errors,
    timeouts,
    end,
  };
}
