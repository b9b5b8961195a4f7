import { parseMetrics, type Sample } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';

export const APP = 'app/create-app.ts';
export const METRICS = 'app/metrics.ts';

/** The slowest route of the app waits one second; the rest is patience with a busy machine. */
const ANSWER_LIMIT_MS = 15_000;

export interface Answer {
  status: number;
  /** The header Content-Type, or "none". */
  type: string;
  body: string;
}

/**
 * GET, from the learner's app.
 *
 * @throws CheckFailure with the app's last error and its line, when no answer comes
 */
export async function askApp(step: StepUnderTest, path: string): Promise<Answer> {
  try {
    const url = `${await step.stack.url('app')}${path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    const type = answer.headers.get('content-type') ?? 'none';
    return { status: answer.status, type, body: await answer.text() };
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') return failAsCrashed(step);
    return fail({
      expected: `a response to GET ${path} within ${ANSWER_LIMIT_MS / 1_000} s`,
      actual: 'no response',
      where: METRICS,
      hint: 'Express waits until some handler has responded. A middleware that does not respond hands the request on with next().',
    });
  }
}

/** The samples that GET /metrics prints. */
export async function scrapeApp(step: StepUnderTest): Promise<Sample[]> {
  return parseMetrics((await askApp(step, '/metrics')).body);
}

/** A busy machine may be too slow to look within the second that /slow takes; then it is tried five times. */
export async function tryInTime<T extends { isLate: boolean }>(look: () => Promise<T>): Promise<T> {
  let seen = await look();
  for (let times = 1; seen.isLate && times < 5; times++) seen = await look();
  return seen;
}

/** Starts the app again when it does not answer. */
export async function startAgain(step: StepUnderTest): Promise<void> {
  const ask = async () =>
    fetch(`${await step.stack.url('app')}/healthz`, { signal: AbortSignal.timeout(2_000) });
  if (await ask().catch(() => undefined)) return;
  const { waitFor } = await import('../../stack/index.ts');
  await step.stack.compose('restart', '--timeout', '1', 'app');
  await waitFor({ what: 'the app to answer', withinSeconds: 15, look: ask, until: () => true });
}

async function failAsCrashed(step: StepUnderTest): Promise<never> {
  const log = await step.stack.compose('logs', '--no-log-prefix', '--tail', '50', 'app');
  const lines = log.split('\n');
  const at = lines.findLastIndex((line) => /^\w*Error\b.*:/.test(line));
  const isLabel = /not included in initial labelset/.test(lines[at] ?? '');
  const frames = lines.slice(Math.max(at, 0)).join('\n');
  const [, file, line] = frames.match(/\/app\/src\/([\w./-]+\.[jt]s):(\d+)/) ?? [];
  return fail({
    expected: 'the app to keep running, whatever it is asked',
    actual: at < 0 ? 'it ended' : `it ended with ${lines[at]?.slice(0, 300)}`,
    where: at >= 0 && file ? `app/${file}:${line}` : 'app/main.ts',
    hint: isLabel
      ? 'Declare every label that you use in labelNames, under the same name.'
      : 'An error that nobody catches ends the whole process. Express catches those of its handlers, not those of event listeners.',
  });
}
