import autocannon, { type Result } from 'autocannon';

export interface LoadOptions {
  url: string;
  rate: number; // requests per second, all connections together
  duration: number; // seconds
  connections: number;
  timeout: number; // seconds that one request may take
  maxErrors: number; // share of the requests that may fail, from 0 to 1
}

// TODO: send rate × duration requests over all connections, at a steady rate, none waiting longer than timeout
function startLoad({ url }: LoadOptions) {
  return autocannon({ url, connections: 1, amount: 1 });
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

// TODO: report the rate asked and reached, the latencies p50, p97.5 and p99, the non-2xx responses and the errors
/** The numbers of the whole run, for people. */
export function describeResult({ requests }: Result, { rate }: LoadOptions): string {
  return `${requests.total} responses (asked for: ${rate} requests/s)`;
}

// TODO: fail the run when nothing got a response, when too many requests failed, or when the rate was missed
/** @returns why the run has failed; undefined when it has passed */
export function judge(_result: Result, _options: LoadOptions): string | undefined {
  return undefined;
}
