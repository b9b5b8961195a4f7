// The container of the app, while it runs and when it is stopped.
import { get } from 'node:http';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { askApp, startAgain, tryInTime } from './ask-app.ts';
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
      const { actual, signal, seconds, first } = await tryInTime(() => stopWhileSlow(step));
      const expected = 'GET /slow answered with 200, the end with exit code 0';
      const { get, where } = step.compose().service('app');
      const ownTime = seconds < 2 && 'stop_grace_period';
      const inCompose = signal === 'SIGTERM' ? ownTime : 'stop_signal';
      expectThat(actual === expected, {
        expected,
        actual,
        where:
          findFirst(step.files, [MAIN], /['"`]SIG[A-Z]+['"`]/) ?? step.files.find(MAIN, /SIGTERM/),
        hint: 'docker compose stop sends SIGTERM, and kills ten seconds later. Close the server then: it takes no new requests, and answers those it has.',
        ...(!/\bnode$|init$/.test(first) && {
          where: where(get('command') === undefined ? 'build' : 'command'),
          hint: `The signal goes to the first process of the container, here ${first}, which does not hand it on. The words of the command as a list, or exec before node, make node the first.`,
        }),
        ...(inCompose && {
          where: where(inCompose),
          hint: `docker compose stop sends ${signal} here, and kills ${seconds} s later. Without a word about it the signal is SIGTERM, and there are 10 s.`,
        }),
      });
    },
  },
]);

/**
 * Sends SIGTERM while /slow waits for its answer.
 *
 * @returns what became of both. Late: /slow may have been answered before, as on a busy machine.
 */
async function stopWhileSlow(step: StepUnderTest) {
  // Some question may have ended it; that is said there.
  await startAgain(step);
  const app = await step.stack.container('app');
  const url = `${await step.stack.url('app')}/slow`;
  let isLate = false;
  const answered = new Promise<string>((resolve) => {
    // On a connection of its own, which nobody keeps open afterwards.
    get(url, { agent: false }, (answer) => {
      isLate = true;
      answer.resume();
      resolve(`GET /slow answered with ${answer.statusCode}`);
    }).on('error', () => resolve('GET /slow left without an answer'));
  });
  // What was asked later is answered, so that /slow has arrived.
  for (let times = 0; times < 2; times++) await askApp(step, '/healthz');
  const { output } = await step.stack.exec('app', ['cat', '/proc/1/cmdline']);
  const [first = ''] = output.split('\0');
  const config = (await app.inspect()).Config as { StopSignal?: string; StopTimeout?: number };
  const { StopSignal: signal = 'SIGTERM', StopTimeout: seconds = 10 } = config;
  await app.kill({ signal });
  const wasLate = isLate;
  // Then `docker compose stop` kills it.
  const ended = await app.wait({ abortSignal: AbortSignal.timeout(seconds * 1_000) }).then(
    ({ StatusCode }) => `the end with exit code ${StatusCode}`,
    () => `no end within ${seconds} s`,
  );
  return { actual: `${await answered}, ${ended}`, isLate: wasLate, signal, seconds, first };
}
