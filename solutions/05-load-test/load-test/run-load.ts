import autocannon from 'autocannon';

export interface LoadOptions {
  url: string;
  /** Requests per second, all connections together. */
  rate: number;
  /** Seconds. */
  duration: number;
  /** How many of them send side by side. */
  connections: number;
  /** How long one request may take, in seconds. */
  timeout: number;
  /** Share of the requests that may fail, from 0 to 1. */
  maxErrors: number;
}

// #region task: send rate × duration requests over all connections, at a steady rate, none waiting longer than timeout
// #starter function startLoad({ url }: LoadOptions) {
// #starter   return autocannon({ url, connections: 1, amount: 1 });
// #starter }
function startLoad({ url, rate, duration, connections, timeout }: LoadOptions) {
  return autocannon({
    url,
    connections,
    overallRate: rate,
    // Not autocannon's `duration`: it ends mid-second, and the responses under way would be lost.
    amount: rate * duration,
    timeout,
    // Report the latency that was seen. The correction this turns off assumes that a request is due every
    // millisecond: it reports a median of 500 ms for a target that always takes 1,000 ms.
    ignoreCoordinatedOmission: true,
  });
}
// #endregion

type OnProgress = (seconds: number, requests: number, failed: number) => void;

/**
 * @param hooks.onProgress called after each second, with what came to an end by then
 * @param hooks.signal abort it to end the load; the result then comes within a second
 */
export async function runLoad(
  options: LoadOptions,
  hooks: { onProgress: OnProgress; signal: AbortSignal },
): Promise<autocannon.Result> {
  const startedAt = Date.now();
  // Both at once when it runs, which its types do not say.
  const load = startLoad(options) as Promise<autocannon.Result> & autocannon.Instance;
  let [requests, failed, lastAt] = [0, 0, startedAt];
  const count = (ok: boolean) => {
    requests += 1;
    failed += ok ? 0 : 1;
    lastAt = Date.now();
  };
  load.on('response', (_client, status) => count(status >= 200 && status <= 299));
  load.on('reqError', () => count(false));
  hooks.signal.addEventListener('abort', () => load.stop());

  let seconds = 0;
  const clock = setInterval(() => {
    hooks.onProgress(++seconds, requests, failed);
    // A target too slow for the rate gets fewer requests, not a longer load.
    if (seconds >= options.duration + options.timeout) load.stop();
  }, 1_000);
  try {
    const result = await load;
    // autocannon sees the end up to a second late. On time, the load took as long as was asked for.
    const duration = Math.max(
      (lastAt - startedAt) / 1_000,
      hooks.signal.aborted ? 0 : options.duration,
    );
    return { ...result, duration };
  } finally {
    clearInterval(clock);
  }
}

// #region task: report the rate asked and reached, the latencies p50, p97.5 and p99, the non-2xx responses and the errors
// #starter /** The numbers of the whole run, for people. */
// #starter export function describeResult({ requests }: autocannon.Result, { rate }: LoadOptions): string {
// #starter   return `${requests.total} responses (asked for: ${rate} requests/s)`;
// #starter }
/** Requests per second that came to an end, whatever that was. */
const reachedRate = ({ requests, errors, duration }: autocannon.Result) =>
  (requests.total + errors) / duration;

/** The numbers of the whole run, for people. */
export function describeResult(result: autocannon.Result, { rate }: LoadOptions): string {
  const { requests, latency, non2xx, errors, timeouts } = result;
  // Coordinated omission: a connection sends nothing while it waits, so the slowest moments are measured least often.
  // Where the rate reached is far below the rate asked, users wait longer than these latencies say.
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
// #endregion

// #region task: fail the run when nothing got a response, when too many requests failed, or when the rate was missed
// #starter /** @returns why the run has failed; undefined when it has passed */
// #starter export function judge(_result: autocannon.Result, _options: LoadOptions): string | undefined {
// #starter   return undefined;
// #starter }
/** @returns why the run has failed; undefined when it has passed */
export function judge(
  result: autocannon.Result,
  { rate, maxErrors }: LoadOptions,
): string | undefined {
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
// #endregion
