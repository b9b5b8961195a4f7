// The container of the app, while it runs and when it is stopped.
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { askAnew, askApp, startAgain, tryInTime } from './ask-app.ts';
import { findFirst } from './paths.ts';
import { runHealthcheckOnError } from './run-healthcheck.ts';
import { dockerfilePath } from './sources.ts';

const MAIN = 'app/main.ts';

export const running = defineTopic({ kind: 'live' }, [
  {
    id: 'app.healthcheck',
    title: 'The healthcheck fails when /healthz answers with an error',
    task: 3,
    needs: ['compose.healthcheck'],
    concurrent: true,
    async run(step) {
      const { silent, error } = await runHealthcheckOnError(step);
      const { where } = step.compose().service('app').healthcheck;
      expectThat(silent !== 0, {
        expected: 'an exit code other than 0 when nothing answers',
        actual: `exit code ${silent}`,
        where,
        hint: 'Docker looks at the exit code only. When the question itself fails, the test must end with 1, or end by its error.',
      });
      expectThat(error !== 0, {
        expected: 'an exit code other than 0 when /healthz answers 503',
        actual: `exit code ${error}`,
        where,
        hint: 'fetch also succeeds when the answer is an error, and so does curl without --fail. Let the exit code say whether the answer was ok: process.exit(r.ok ? 0 : 1).',
      });
    },
  },
  {
    id: 'app.not-root',
    title: 'In the container the app does not run as root',
    task: 1,
    ofContainers: true,
    concurrent: true,
    async run(step) {
      const uid = (await step.stack.exec('app', ['id', '-u'])).output.trim();
      expectThat(uid !== '0', {
        expected: 'a user other than root',
        actual: 'root (uid 0)',
        where: step.files.find(dockerfilePath(step), /^\s*USER\s/i),
        hint: 'USER applies from its line to the next FROM, which starts again as root.',
      });
    },
  },
  {
    id: 'app.stops',
    title: 'On SIGTERM the app answers what it has begun, then ends with 0',
    task: 9,
    needs: ['app.answers'],
    async run(step) {
      const { actual, isTaken, signal, seconds, first } = await tryInTime(() =>
        stopWhileSlow(step),
      );
      const expected = 'GET /slow answered with 200, the end with exit code 0';
      const { get, where } = step.compose().service('app');
      const ownTime = seconds < 2 && 'stop_grace_period';
      const inCompose = signal === 'SIGTERM' ? ownTime : 'stop_signal';
      const handler =
        findFirst(step.files, [MAIN], /['"`]SIG[A-Z]+['"`]/) ?? step.files.find(MAIN, /SIGTERM/);
      const isDropped = actual.startsWith('GET /slow left without');
      const tooSoon = isDropped && findExitBelowClose(step);
      expectThat(actual === expected, {
        expected,
        actual,
        where: handler,
        hint: 'docker compose stop sends SIGTERM, and kills ten seconds later. Close the server then: it takes no new requests, and answers those it has.',
        ...(tooSoon && {
          where: tooSoon,
          hint: 'server.close() returns at once, so process.exit() below it drops what is in flight. Leave it out: the process ends by itself, with 0, when the last answer is sent.',
        }),
        ...(!/\bnode$|init$/.test(first) && {
          where: where(get('command') === undefined ? 'build' : 'command'),
          hint: `The signal goes to the first process of the container, here ${first}, which does not hand it on. The words of the command as a list, or exec before node, make node the first.`,
        }),
        ...(inCompose && {
          where: where(inCompose),
          hint: `docker compose stop sends ${signal} here, and kills ${seconds} s later. Without a word about it the signal is SIGTERM, and there are 10 s.`,
        }),
      });
      expectThat(!isTaken, {
        expected: 'no answer to a request that comes after SIGTERM',
        actual: 'GET /healthz answered, on a new connection',
        where: handler,
        hint: 'A program that only waits before it ends goes on taking requests, and drops the last ones. server.close() takes no new ones; once those in flight are answered, the process ends by itself.',
      });
    },
  },
]);

/** The line of a process.exit() that does not wait for the server.close() above it; undefined where there is none. */
function findExitBelowClose({ files }: StepUnderTest): string | undefined {
  const text = files.text(MAIN);
  const [close] = text.match(/\.close\(\);?\s*\n\s*(?=process\.exit\()/) ?? [];
  if (close === undefined) return undefined;
  const before = text.slice(0, text.indexOf(close) + close.length);
  return `${MAIN}:${before.split('\n').length}`;
}

/** A signal has reached the app's program so long after it was sent, also through `node --watch`. Milliseconds. */
const HANDLED_MS = 500;

/**
 * Sends SIGTERM while /slow waits for its answer, and asks once more when that has come: a server that was closed takes
 * no new connection then.
 *
 * @returns what became of all three. Late: /slow may have been answered before, as on a busy machine.
 */
async function stopWhileSlow(step: StepUnderTest) {
  // Some question may have ended it; that is said there.
  await startAgain(step);
  const app = await step.stack.container('app');
  const url = await step.stack.url('app');
  const slow = askAnew(`${url}/slow`);
  // What was asked later is answered, so that /slow has arrived.
  for (let times = 0; times < 2; times++) await askApp(step, '/healthz');
  const { output } = await step.stack.exec('app', ['cat', '/proc/1/cmdline']);
  const [first = ''] = output.split('\0');
  const config = (await app.inspect()).Config as { StopSignal?: string; StopTimeout?: number };
  const { StopSignal: signal = 'SIGTERM', StopTimeout: seconds = 10 } = config;
  await app.kill({ signal });
  const killedAt = Date.now();
  const later = slow.then(() => askAnew(`${url}/healthz`));
  // Then `docker compose stop` kills it.
  const ended = await app.wait({ abortSignal: AbortSignal.timeout(seconds * 1_000) }).then(
    ({ StatusCode }) => `the end with exit code ${StatusCode}`,
    () => `no end within ${seconds} s`,
  );
  const { status, at } = await slow;
  const became = status === undefined ? 'left without an answer' : `answered with ${status}`;
  const isTaken = (await later).status === 200;
  const isSure = at > killedAt + HANDLED_MS;
  return {
    ...{ actual: `GET /slow ${became}, ${ended}`, signal, seconds, first },
    isTaken: isTaken && isSure,
    isLate: status !== undefined && (at < killedAt || (isTaken && !isSure)),
  };
}
