import type { StepUnderTest } from '../../verify/files/index.ts';
import { type Check, runInOrder } from '../../verify/runner/index.ts';
import { rates } from './output.ts';
import { MAIN } from './program.ts';
import { checkRun, type LoadRun, RATE, STRICT_COUNT } from './runs.ts';

const whereJudged = ({ files }: StepUnderTest) => files.find('load-test/run-load.ts', /\bjudge\b/);

/** As much as asked for, or nearly. */
const hasReached = ({ stdout }: LoadRun) =>
  Math.min(...rates(stdout)) >= 0.9 * Math.max(...rates(stdout));

const hasSummary = ({ stdout }: LoadRun) => /p50/.test(stdout);

type ExitCheck = Omit<Parameters<typeof checkRun>[0], 'isRight' | 'finding'> & {
  when: string;
  hint: string;
};

/** Exit code 1 says why the run has failed only where no busy machine has made it miss its rate. */
const exitsWith = (expected: 0 | 1, { when, ...check }: ExitCheck): Check =>
  checkRun({
    ...check,
    isRight: ({ exitCode }) => exitCode === expected,
    isConclusive: (run) =>
      run.exitCode === 0 || (expected === 1 && (check.load === 'slow' || hasReached(run))),
    finding: (run, step) => ({
      expected: `exit code ${expected} when ${when}`,
      actual: `exit code ${run.exitCode}`,
      where: whereJudged(step),
      hint: check.hint,
    }),
  });

const mixed = '4 of 40 got status 500, 2 status 404 and 4 no response, with --max-errors';
const failures = {
  id: 'exit.failures',
  title: 'Exit code 1 when more failed than --max-errors allows, else 0',
  task: 3,
  needs: ['load.timeout'],
  hint: 'Scripts and CI read only the exit code. The share is what failed (non-2xx and errors, timeouts among them) by what was sent (responses and errors).',
};
const tooMany = exitsWith(1, { ...failures, load: 'tooMany', when: `${mixed} 0.24` });
const allowed = exitsWith(0, { ...failures, load: 'mixed', when: `${mixed} 0.25` });
const none = `1 of ${STRICT_COUNT} got status 500, with --max-errors 0`;
const strict = exitsWith(1, { ...failures, load: 'strict', when: none });

const rate = {
  id: 'exit.rate',
  title: 'Exit code 1 when the rate was missed',
  task: 3,
  needs: ['exit.failures', 'summary.rate'],
};
const missed = exitsWith(1, {
  ...rate,
  load: 'slow',
  when: `5 of ${RATE} requests per second were reached, and each of them succeeded`,
  hint: 'A load that was not sent says nothing about the app under that load. Compare the rate reached with the rate asked for.',
});
const reached = exitsWith(0, {
  ...rate,
  load: 'lossy',
  when: `all of ${RATE} requests per second were sent, and a quarter was reset, with --max-errors 0.3`,
  hint: 'A request without a response was sent all the same. The rate reached is what came to an end, responses and errors, divided by the duration.',
});

/** With which exit code the learner's program ends. */
export const exitChecks: Check[] = [
  runInOrder(tooMany, allowed, strict),
  exitsWith(1, {
    id: 'exit.nothing',
    title: 'Exit code 1 when nothing got a response',
    task: 3,
    needs: ['exit.failures'],
    load: 'silent',
    when: 'a target takes requests and never responds, with --max-errors 1',
    hint: 'With --max-errors 1 all requests may fail, but a run that measured nothing proves nothing. Decide that case first.',
  }),
  runInOrder(missed, reached),
  checkRun({
    id: 'stop.ctrl-c',
    title: 'Ctrl-C ends the load, the summary still comes, exit code 130',
    needs: ['summary.latencies'],
    load: 'interrupted',
    isRight: (run) =>
      // Windows has no signals between processes.
      process.platform === 'win32' || (run.exitCode === 130 && hasSummary(run)),
    finding: (run, { files }) => ({
      expected: 'the summary, and exit code 130',
      actual: `${hasSummary(run) ? 'the summary' : 'no summary'}, and ${run.exitCode === undefined ? 'an end by the signal itself' : `exit code ${run.exitCode}`}`,
      where: files.find(MAIN, /SIGINT/),
      hint: 'Ctrl-C sends SIGINT. A program that listens for it can end in order; a shell expects 128 and the number of the signal.',
    }),
  }),
];
