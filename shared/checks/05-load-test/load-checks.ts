import { expectThat, fail } from '../../verify/files/index.ts';
import type { Check } from '../../verify/runner/index.ts';
import { describeError, whereOfError } from './output.ts';
import { isBuildFailure, MAIN } from './program.ts';
import {
  COUNT,
  EARLY_MS,
  FOREIGN,
  foreignRun,
  type LoadRun,
  loadRun,
  RATE,
  REQUEST,
  runsOf,
  SECONDS,
} from './runs.ts';

const RUN = 'load-test/run-load.ts';
const LOAD = `--rate ${RATE} --connections ${RATE} --duration ${SECONDS}`;

/** What the learner's program sends. It runs on this machine, against a server that counts. */
export const loadChecks: Check[] = [
  {
    id: 'program.starts',
    title: 'The load test starts',
    kind: 'local',
    async run(step) {
      await runsOf(step).catch(refuse);
      const starts = (run: LoadRun) => run.exitCode !== 2 && !/^\w*Error\b/m.test(run.stderr);
      const good = await loadRun(step, 'good', starts);
      expectThat(starts(good), {
        expected: 'a program that sends its load and ends',
        actual: describeError(good),
        where: whereOfError(good),
        hint: 'Nothing can be measured before the program starts. Try it: npx tsx load-test/load-test.ts --duration 3',
      });
    },
  },
  {
    id: 'load.requests',
    title: 'rate × duration requests arrive, over all connections',
    kind: 'local',
    task: 1,
    needs: ['program.starts'],
    async run(step) {
      const isRight = ({ target }: LoadRun) =>
        target.requests.length === COUNT &&
        target.requests.every((request) => request === REQUEST) &&
        target.connections() >= RATE;
      const { target } = await loadRun(step, 'good', isRight);
      const count = target.requests.length > COUNT ? `more than ${COUNT}` : target.requests.length;
      const other = target.requests.find((request) => request !== REQUEST) ?? REQUEST;
      expectThat(isRight({ target } as LoadRun), {
        expected: `${LOAD} --path /here: ${COUNT} requests ${REQUEST} over ${RATE} connections`,
        actual: `${count} requests ${other} over ${target.connections()} connections`,
        where: step.files.find(RUN, /autocannon\(/),
        hint: "amount is the number of all requests; autocannon's own duration can send more than that, and loses those under way at its end. url and connections come from the options, and the method is GET unless you say otherwise.",
      });
    },
  },
  {
    id: 'load.steady',
    title: 'The requests arrive at a steady rate, not all at once',
    kind: 'local',
    task: 1,
    needs: ['load.requests'],
    async run(step) {
      const spread = ({ target: { arrivedAt } }: LoadRun) =>
        (arrivedAt.at(-1) ?? 0) - (arrivedAt[0] ?? 0);
      /** How many came long before the second second begins. */
      const early = ({ target: { arrivedAt } }: LoadRun) =>
        arrivedAt.filter((at) => at < (arrivedAt[0] ?? 0) + EARLY_MS).length;
      const isRight = (run: LoadRun) => early(run) <= RATE && spread(run) < 1_000 * SECONDS;
      const run = await loadRun(step, 'good', isRight);
      expectThat(isRight(run), {
        expected: `${RATE} requests in each of the ${SECONDS} seconds`,
        actual: early(run) > RATE ? 'more than that in the first' : `${COUNT} in more time`,
        where: step.files.find(RUN, /autocannon\(/),
        hint: 'overallRate is the limit for all connections together; with connectionRate each connection has a limit of its own. Without any, autocannon sends as fast as the target responds.',
      });
    },
  },
  {
    id: 'progress.shown',
    title: 'Progress is shown while the load runs',
    kind: 'local',
    needs: ['load.steady'],
    async run(step) {
      const isRight = ({ target, wroteAt }: LoadRun) => {
        const [first = 0, last = 0] = [target.arrivedAt[0], target.arrivedAt.at(-1)];
        return wroteAt.some((at) => at > first + 300 && at < last + 400);
      };
      expectThat(isRight(await loadRun(step, 'good', isRight)), {
        expected: 'a line of progress after each second, in a terminal',
        actual: 'nothing between the first request and the summary',
        where: step.files.find(MAIN, /onProgress|runLoad\(/),
        hint: 'A person who watches a silent program for a minute cannot tell it from a broken one.',
      });
    },
  },
  {
    id: 'target.foreign',
    title: 'A foreign target is refused before anything is sent',
    kind: 'local',
    needs: ['load.steady'],
    async run(step) {
      const foreign = await foreignRun(step);
      expectThat(foreign.exitCode === 2 && foreign.stderr.includes('--target'), {
        expected: `--target ${FOREIGN}: a message on standard error that names --target, and exit code 2`,
        actual: describeError(foreign),
        where: step.files.find(MAIN, /function checkTarget/),
        hint: "Load on a stranger's server is an attack. Compare the host name that URL has parsed: text that begins with 127.0.0.1 may lead anywhere.",
      });
    },
  },
];

/** @throws CheckFailure for a program that does not parse, or the error itself */
function refuse(error: unknown): never {
  if (!isBuildFailure(error)) throw error;
  const [first] = error.errors;
  fail({
    expected: 'TypeScript that parses, and files that are there',
    actual: first?.text ?? error.message,
    where: first?.location ? `${first.location.file}:${first.location.line}` : MAIN,
    hint: 'Nothing can be measured before the program starts. Try it: npx tsx load-test/load-test.ts --duration 3',
  });
}
