import { refuseBuild } from '../../verify/expect/program/index.ts';
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, runInOrder } from '../../verify/runner/index.ts';
import { describeError, whereOfError } from './output.ts';
import { MAIN } from './program.ts';
import {
  COUNT,
  checkRun,
  EARLY_MS,
  FOREIGN,
  type LoadRun,
  programOf,
  RATE,
  REQUEST,
  SECONDS,
} from './runs.ts';

const RUN = 'load-test/run-load.ts';
const START_HINT =
  'Nothing can be measured before the program starts. Try it: npx tsx load-test/load-test.ts --duration 3';

/** A machine that is busy may send the last request late, but not by half of the time. */
const LATE_MS = 1_500 * SECONDS;

const whereLoadStarts = ({ files }: StepUnderTest) => files.find(RUN, /autocannon\(/);
const otherThanExpected = ({ requests }: LoadRun) => requests.find((it) => it !== REQUEST);
const connections = ({ sockets }: LoadRun) => new Set(sockets).size;
/** A connection that waits sends nothing: without a timeout one request less comes. That is a finding of its own. */
const due = ({ waitedMs }: LoadRun) => (waitedMs > 2_500 ? COUNT - 1 : COUNT);
const areAll = (run: LoadRun) =>
  run.requests.length === due(run) && !otherThanExpected(run) && connections(run) >= RATE;
/** Milliseconds from the first request to each. */
const times = ({ arrivedAt }: LoadRun) => arrivedAt.map((at) => at - (arrivedAt[0] ?? 0));
const earlyOnes = (run: LoadRun) => times(run).filter((ms) => ms < EARLY_MS).length;

const requests = checkRun({
  id: 'load.requests',
  title: 'rate × duration requests arrive, over all connections',
  task: 1,
  needs: ['program.starts'],
  load: 'mixed',
  isRight: areAll,
  isConclusive: (run) =>
    areAll(run) || run.requests.length > COUNT || otherThanExpected(run) !== undefined,
  finding: (run, step) => ({
    expected: `--rate ${RATE} --connections ${RATE} --duration ${SECONDS} --path /here: ${COUNT} requests ${REQUEST} over ${RATE} connections`,
    actual: otherThanExpected(run)
      ? `requests ${otherThanExpected(run)}`
      : connections(run) < RATE
        ? 'fewer connections'
        : `${run.requests.length > COUNT ? 'more' : run.requests.length} requests`,
    where: whereLoadStarts(step),
    hint: "amount is the number of all requests; autocannon's own duration can send more than that, and loses those under way at its end. url and connections come from the options, and the method is GET unless you say otherwise.",
  }),
});

const starts = checkRun({
  id: 'program.starts',
  title: 'The load test starts',
  needs: ['load-test.files'],
  load: 'mixed',
  isRight: ({ exitCode, stderr }) => exitCode !== 2 && !/^\w*Error\b/m.test(stderr),
  finding: (run) => ({
    expected: 'a program that sends its load and ends',
    actual: describeError(run),
    where: whereOfError(run),
    hint: START_HINT,
  }),
});

/** What the learner's program sends. It runs on this machine, against a server that counts. */
export const loadChecks: Check[] = [
  {
    ...starts,
    async run(step) {
      await programOf(step).catch((error) => refuseBuild(error, MAIN, START_HINT));
      await starts.run(step);
    },
  },
  runInOrder(requests, { run: expectLongLoads }),
  checkRun({
    id: 'load.steady',
    title: 'The requests arrive at a steady rate, not all at once',
    task: 1,
    needs: ['load.requests'],
    load: 'mixed',
    isRight: (run) => earlyOnes(run) <= RATE && (times(run).at(-1) ?? 0) < LATE_MS,
    finding: (run, step) => ({
      expected: `${RATE} requests in each of the ${SECONDS} seconds`,
      actual: earlyOnes(run) > RATE ? 'more than that in the first' : `${COUNT} in more time`,
      where: whereLoadStarts(step),
      hint: 'overallRate is the limit for all connections together; with connectionRate each connection has a limit of its own. Without any, autocannon sends as fast as the target responds.',
    }),
  }),
  checkRun({
    id: 'progress.shown',
    title: 'Progress is shown while the load runs',
    needs: ['load.steady'],
    load: 'mixed',
    isRight: ({ arrivedAt, wroteAt }) => {
      const [first = 0, summary = 0] = [arrivedAt[0], wroteAt.at(-1)];
      return wroteAt.some((at) => at > first + 300 && at < summary - 300);
    },
    finding: (_run, { files }) => ({
      expected: 'a line of progress after each second, in a terminal',
      actual: 'nothing between the first request and the summary',
      where: files.find(MAIN, /runLoad\(/),
      hint: 'A person who watches a silent program for a minute cannot tell it from a broken one.',
    }),
  }),
  checkRun({
    id: 'target.foreign',
    title: 'A foreign target is refused before anything is sent',
    needs: ['load.steady'],
    load: 'foreign',
    isRight: ({ exitCode, stderr }) => exitCode === 2 && stderr.includes('--target'),
    finding: (run, { files }) => ({
      expected: `--target ${FOREIGN}: a message on standard error that names --target, and exit code 2`,
      actual: describeError(run),
      where: files.find(
        MAIN,
        run.stderr.includes('--target') ? /exitCode\s*=.*[^)];$/ : /function checkTarget/,
      ),
      hint: "Load on a stranger's server is an attack. Compare the host name that URL has parsed: text that begins with 127.0.0.1 may lead anywhere.",
    }),
  }),
];

/** The loads here are short, so the source tells what a long one would show. @throws CheckFailure */
function expectLongLoads({ files }: StepUnderTest): void {
  const [start = ''] = files.text(RUN).match(/\bstartLoad\b[\s\S]*?(?=function runLoad|$)/) ?? [];
  const [, limit] = start.match(/\b(max(?:Overall|Connection)Requests)\b/) ?? [];
  const isLong = /\bamount\b|^\s*duration\b|\bduration:/m.test(start);
  expectThat(!limit || isLong, {
    expected: 'amount, so that the load ends with its last request, also after a minute',
    actual: `${limit}, and autocannon's own duration ends the load after 10 seconds`,
    where: files.find(RUN, new RegExp(`${limit}`)),
    hint: 'amount is the number of all requests, and with it autocannon ignores its duration. The other limits leave the duration in force, which is 10 seconds unless you say otherwise.',
  });
}
