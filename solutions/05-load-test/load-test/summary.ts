import type { CommandOptions } from './options.ts';

/** What happened so far; given once a second. */
export interface LoadProgress {
  /** Whole seconds since the first request. */
  elapsedSeconds: number;
  /** Answers in the last second. */
  requestsPerSecond: number;
  /** Answers since the start, whatever their status. */
  totalRequests: number;
  /** Requests without an answer: refused, reset or timed out. */
  errors: number;
  /** Answers with a status other than 200 to 299. */
  non2xx: number;
}

/** The whole run. Requests still in flight when it ended are not in it. */
export interface LoadSummary {
  /** Answers, whatever their status. */
  requests: number;
  /** `requests` divided by `durationSeconds`. */
  requestsPerSecond: number;
  durationSeconds: number;
  /** From request to answer, in milliseconds: half, 97.5 % and 99 % of the answers were at least this fast. */
  latency: { p50: number; p97_5: number; p99: number };
  non2xx: number;
  /** Requests without an answer, `timeouts` among them. */
  errors: number;
  timeouts: number;
  /** `done`: everything is sent or the time is over. `no answers`: not one for five seconds. `stopped`: the signal. */
  end: 'done' | 'stopped' | 'no answers';
}

/** One line, in columns, so that it covers the line before it when a terminal draws one over the other. */
export function describeProgress(progress: LoadProgress): string {
  return [
    `${progress.elapsedSeconds} s`.padStart(6),
    `${progress.requestsPerSecond} requests/s`.padStart(18),
    `${progress.totalRequests} in all`.padStart(17),
    `${progress.errors} errors`.padStart(15),
    `${progress.non2xx} non-2xx`.padStart(15),
  ].join('');
}

// #region task: report the average rate, the latencies p50, p97.5 and p99, the non-2xx answers and the errors
// #starter /** The numbers of the whole run. */
// #starter export function describeSummary(summary: LoadSummary, rate: number): string {
// #starter   return `${summary.requests} requests (asked for: ${rate} per second)`;
// #starter }
/** The numbers of the whole run. */
export function describeSummary(summary: LoadSummary, rate: number): string {
  const { requestsPerSecond, durationSeconds, latency } = summary;
  const average = `${requestsPerSecond.toFixed(1)} over ${durationSeconds.toFixed(1)} s`;
  return `
  requests              ${summary.requests}
  requests/s, average   ${average} (asked for: ${rate})
  latency p50           ${latency.p50} ms
  latency p97.5         ${latency.p97_5} ms
  latency p99           ${latency.p99} ms
  non-2xx               ${summary.non2xx}
  errors                ${summary.errors} (timeouts among them: ${summary.timeouts})
`;
}
// #endregion

// #region task: fail the run when more requests failed than --max-errors allows, or when nothing was answered
// #starter /** Did enough requests succeed? A request fails without an answer, or with a status other than 200 to 299. */
// #starter export function judge(
// #starter   _summary: LoadSummary,
// #starter   _options: CommandOptions,
// #starter ): { passed: boolean; verdict: string } {
// #starter   return { passed: true, verdict: 'Nobody has judged this run.' };
// #starter }
/** Did enough requests succeed? A request fails without an answer, or with a status other than 200 to 299. */
export function judge(
  summary: LoadSummary,
  { maxErrors }: CommandOptions,
): { passed: boolean; verdict: string } {
  if (summary.end === 'no answers') {
    const verdict =
      'Failed: no answer for five seconds, so the load ended. Look:  docker compose ps';
    return { passed: false, verdict };
  }
  const sent = summary.requests + summary.errors;
  const failed = summary.non2xx + summary.errors;
  const share = sent === 0 ? 1 : failed / sent;
  // Nothing answered proves nothing, so it does not pass.
  const passed = summary.requests > 0 && share <= maxErrors;
  const verdict =
    `${passed ? 'Passed' : 'Failed'}: ${failed} of ${sent} requests failed (${percent(share)}). ` +
    `Allowed: ${percent(maxErrors)} (--max-errors ${maxErrors})`;
  return { passed, verdict };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
// #endregion
