import { get } from 'node:http';
import { parseMetrics, type Sample, waitFor } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { explainStart } from '../../verify/runner/index.ts';
import { explainError } from './explain.ts';
import { APP, METRICS } from './paths.ts';

/** The slowest route of the app waits one second; the rest is patience with a busy machine. */
const ANSWER_LIMIT_MS = 15_000;

export interface Answer {
  status: number;
  /** The header Content-Type, or "none". */
  type: string;
  /** Where a redirect leads to. */
  location: string | null;
  body: string;
}

/**
 * GET, from the learner's app. A redirect is an answer, and is not followed.
 *
 * @throws CheckFailure with the app's last error and its line, when no answer comes
 */
export async function askApp(step: StepUnderTest, path: string): Promise<Answer> {
  try {
    const url = `${await step.stack.url('app')}${path}`;
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const answer = await fetch(url, { redirect: 'manual', signal });
    const type = answer.headers.get('content-type') ?? 'none';
    const location = answer.headers.get('location');
    return { status: answer.status, type, location, body: await answer.text() };
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError')
      return failWithoutAnswer(step, path, error as Error);
    return fail({
      expected: `a response to GET ${path} within ${ANSWER_LIMIT_MS / 1_000} s`,
      actual: 'no response',
      where: METRICS,
      hint: 'Express waits until some handler has responded. A middleware that does not respond hands the request on with next().',
    });
  }
}

/**
 * GET, on a connection of its own, which nobody keeps open afterwards.
 *
 * @returns the status, undefined where there was no answer; and when that was known
 */
export const askAnew = (url: string): Promise<{ status: number | undefined; at: number }> =>
  new Promise((resolve) => {
    const tell = (status?: number) => resolve({ status, at: Date.now() });
    const request = get(url, { agent: false, timeout: ANSWER_LIMIT_MS }, (answer) => {
      answer.resume();
      tell(answer.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => tell());
  });

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
  await step.stack.compose('restart', '--timeout', '1', 'app');
  await waitFor({ what: 'the app to answer', withinSeconds: 15, look: ask, until: () => true });
}

/** Says what became of the app, after a look at its container. */
async function failWithoutAnswer(step: StepUnderTest, path: string, error: Error): Promise<never> {
  const { endOfService } = await import('../../stack/index.ts');
  // The engine notices an end a little later than whoever has asked.
  const end = await waitFor({
    what: 'the end of the app',
    withinSeconds: 2,
    look: () => endOfService(step.stack.project, 'app'),
    until: (seen) => seen !== undefined,
  }).catch(() => undefined);
  if (end === undefined) {
    const { code, message } = (error.cause ?? error) as { code?: string; message: string };
    return fail({
      expected: `a response to GET ${path}`,
      actual: `none, although the app runs: ${message}${code ? ` (${code})` : ''}`,
      where: step.files.find(APP, /\.destroy\(|\.end\(\)|createServer/),
      hint: 'The connection was closed before a response came. Something in the app ends it, or does not speak plain HTTP.',
    });
  }
  if (/memory limit/.test(end))
    return fail({
      expected: 'the app to keep running, whatever it is asked',
      actual: `it ${end}`,
      ...explainStart(step, `The service app ${end}`),
    });
  const log = await step.stack.compose('logs', '--no-log-prefix', '--tail', '50', 'app');
  const lines = log.split('\n');
  const at = lines.findLastIndex((line) => /^\w*Error\b.*:/.test(line));
  const frames = lines.slice(Math.max(at, 0)).join('\n');
  const [, file, line] = frames.match(/\/app\/src\/([\w./-]+\.[jt]s):(\d+)/) ?? [];
  return fail({
    expected: 'the app to keep running, whatever it is asked',
    actual: at < 0 ? 'it ended' : `it ended with ${lines[at]?.slice(0, 300)}`,
    where: at >= 0 && file ? `app/${file}:${line}` : 'app/main.ts',
    hint: 'An error that nobody catches ends the whole process. Express catches those of its handlers, not those of event listeners.',
    ...explainError(step, lines[at] ?? ''),
  });
}
