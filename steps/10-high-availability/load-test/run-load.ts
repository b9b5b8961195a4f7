import autocannon, { type Result } from 'autocannon';

export interface LoadOptions {
  url: string;
  rate: number; // requests per second, all connections together
  duration: number; // seconds
  connections: number;
  timeout: number; // seconds that one request may take
  maxErrors: number; // share of the requests that may fail, from 0 to 1
}

function startLoad({ url, rate, duration, connections, timeout }: LoadOptions) {
  return autocannon({
    url,
    connections,
    overallRate: rate,
    // Not autocannon's `duration`: it ends mid-second, and the responses under way would be lost.
    amount: rate * duration,
    timeout,
    // Report the latency that was seen, without a correction for requests that this load never sent.
    ignoreCoordinatedOmission: true,
  });
}

/** Calls `onProgress` after each second, with what came to an end by then. Abort the signal to end the load. */
export async function runLoad(
  options: LoadOptions,
  onProgress: (seconds: number, requests: number, failed: number) => void,
  signal: AbortSignal,
): Promise<Result> {
  // Both at once when it runs, which its types do not say.
  const load = startLoad(options) as Promise<Result> & autocannon.Instance;
  const startedAt = Date.now();
  let [seconds, requests, failed, lastAt] = [0, 0, 0, startedAt];
  const count = (failures: number) => {
    [requests, failed, lastAt] = [requests + 1, failed + failures, Date.now()];
  };
  load.on('response', (_client, status) => count(status >= 200 && status <= 299 ? 0 : 1));
  load.on('reqError', () => count(1));
  signal.addEventListener('abort', () => load.stop());
  const clock = setInterval(() => {
    onProgress(++seconds, requests, failed);
    // A target too slow for the rate gets fewer requests, not a longer load.
    if (seconds >= options.duration + options.timeout) load.stop();
  }, 1_000);
  try {
    const result = await load;
    // autocannon sees the end up to a second late. On time, the load took as long as was asked for.
    const least = signal.aborted ? 0 : options.duration;
    return { ...result, duration: Math.max((lastAt - startedAt) / 1_000, least) };
  } finally {
    clearInterval(clock);
  }
}

/** Requests per second that came to an end, whatever that was. */
const reachedRate = ({ requests, errors, duration }: Result) =>
  (requests.total + errors) / duration;

/** The numbers of the whole run, for people. */
export function describeResult(result: Result, { rate }: LoadOptions): string {
  const { requests, latency, non2xx, errors, timeouts } = result;
  // Coordinated omission: a connection sends nothing while it waits, so the slowest moments are measured least often.
  return `
  responses       ${requests.total}
  rate reached    ${reachedRate(result).toFixed(1)} requests/s (asked for: ${rate})
  latency p50     ${latency.p50} ms
  latency p97.5   ${latency.p97_5} ms
  latency p99     ${latency.p99} ms
  non-2xx         ${non2xx}
  errors          ${errors} (timeouts among them: ${timeouts})
`;
}

/** @returns why the run has failed; undefined when it has passed */
export function judge(result: Result, { rate, maxErrors }: LoadOptions): string | undefined {
  const { requests, non2xx, errors } = result;
  // Nothing measured proves nothing, and 0 / 0 is no share.
  if (requests.total === 0) return 'not one request got a response';
  // Timeouts are among the errors already.
  const share = (non2xx + errors) / (requests.total + errors);
  if (share > maxErrors) return `${(100 * share).toFixed(1)} % of the requests failed`;
  const reached = reachedRate(result);
  if (reached < 0.9 * rate) return `only ${reached.toFixed(1)} of ${rate} requests/s were reached`;
  return undefined;
}
