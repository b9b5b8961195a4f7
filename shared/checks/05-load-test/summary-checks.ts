import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import type { Check } from '../../verify/runner/index.ts';
import { describeError, rates, read, readMilliseconds } from './output.ts';
import { MAIN, type ProgramRun } from './program.ts';
import { type LoadRun, loadRun, RATE, SECONDS, SLOW_MS } from './runs.ts';

const RUN = 'load-test/run-load.ts';

/** What the learner's program says about its load, and with which exit code it ends. */
export const summaryChecks: Check[] = [
  {
    id: 'summary.latencies',
    title: 'The summary gives p50, p97.5 and p99 of the latencies that were seen',
    kind: 'local',
    task: 2,
    needs: ['load.steady'],
    async run(step) {
      const latencies = ({ stdout }: ProgramRun) =>
        [/p50/, /p97[._]5/, /p99/].map((label) => readMilliseconds(stdout, label));
      const isRight = (run: ProgramRun) => {
        const [p50 = 0, p97 = 0, p99 = 0] = latencies(run);
        return p50 > 15 && p50 < 170 && p97 > 0.9 * SLOW_MS && p99 >= p97 && p99 < 5_000;
      };
      const run = await loadRun(step, 'good', isRight);
      if (isRight(run)) return;
      const found = latencies(run);
      const missing = ['p50', 'p97.5', 'p99'].filter((_, index) => found[index] === undefined);
      const [p50 = 0] = found;
      // Autocannon's own correction brings any number, so the source tells it from a mean.
      const isSet = /:\d+$/.test(step.files.find(RUN, /ignoreCoordinatedOmission/));
      const isCorrected = p50 >= 170 && !isSet;
      fail({
        expected:
          'a p50 of about 20 ms, a p97.5 and a p99 of about 900 ms: as long as 28 and 12 responses took',
        actual: missing.length
          ? `no ${missing.join(', no ')}`
          : p50 >= 170
            ? `a p50 ${isCorrected ? 'that most responses stayed far below' : 'of about the mean, which is about 280 ms'}`
            : 'other numbers, too small or too large by far',
        where: isCorrected
          ? step.files.find(RUN, /autocannon\(/)
          : step.files.find(RUN, /describeResult/),
        hint: isCorrected
          ? 'Without ignoreCoordinatedOmission: true autocannon adds latencies that it has not seen, from 1 ms to the real one.'
          : 'p50 is the median: half of the responses were faster. A few slow ones move the mean, not the median; p97.5 and p99 show them. autocannon counts in milliseconds.',
      });
    },
  },
  {
    id: 'load.timeout',
    title: 'A request without a response is an error after the timeout',
    kind: 'local',
    task: 1,
    needs: ['load.steady'],
    async run(step) {
      const errors = ({ stdout }: ProgramRun) => read(stdout, /errors?/)?.value;
      // A summary without errors, or with too many, is judged below.
      const isRight = (run: ProgramRun) => (errors(run) ?? 10) >= 10;
      const run = await loadRun(step, 'silent', isRight);
      expectThat(isRight(run), {
        expected: '--timeout 1: errors 10, when a target takes 10 requests and never responds',
        actual: `errors ${errors(run) ?? 'not there'}`,
        where: step.files.find(RUN, /autocannon\(/),
        hint: 'timeout is in seconds, and without it autocannon waits for 10. A request that is still waited for when the load ends is counted nowhere.',
      });
    },
  },
  {
    id: 'summary.counts',
    title: "The summary's non-2xx responses and errors are what happened",
    kind: 'local',
    task: 2,
    needs: ['load.timeout'],
    async run(step) {
      const counts = ({ stdout }: ProgramRun) =>
        [/non-?2xx/, /errors?/].map((label) => read(stdout, label)?.value);
      const isRight = (run: ProgramRun) => `${counts(run)}` === '4,3';
      const run = await loadRun(step, 'allowed', isRight);
      const [non2xx = 'not there', errors = 'not there'] = counts(run);
      expectThat(isRight(run), {
        expected:
          'non-2xx 4 and errors 3, after 4 responses with status 500, 2 reset connections and 1 timeout',
        actual: `non-2xx ${non2xx}, errors ${errors}`,
        where: step.files.find(RUN, /describeResult/),
        hint: "A response with status 500 is a response: non-2xx. A request without a response is an error, and a timeout is one of autocannon's errors already.",
      });
    },
  },
  {
    id: 'summary.rate',
    title: 'The summary gives the rate that was reached beside the one asked for',
    kind: 'local',
    task: 2,
    needs: ['load.steady'],
    async run(step) {
      const has = (run: ProgramRun, least: number, most: number) =>
        rates(run.stdout).some((rate) => rate >= least && rate <= most);
      const isRight = (run: ProgramRun) => has(run, 2, 8) && has(run, RATE, RATE);
      const run = await loadRun(step, 'slow', isRight);
      const good = await loadRun(step, 'good', (it) => has(it, RATE - 2, RATE));
      expectThat(isRight(run) && has(good, RATE - 2, RATE), {
        expected: `asked for ${RATE} requests/s and reached about 5, when each of 2 connections waited 0.4 s for a response`,
        actual: `numbers on lines with "/s": ${has(run, RATE, RATE) ? RATE : `no ${RATE}`}, ${has(run, 2, 8) ? 'about 5' : 'none near 5'}`,
        where: step.files.find(RUN, /describeResult/),
        hint: 'A connection that waits sends nothing. A summary that shows only the rate asked for hides a load that never arrived: divide what came to an end, responses and errors, by the duration.',
      });
    },
  },
  {
    id: 'exit.failures',
    title: 'Exit code 1 when more failed than --max-errors allows, else 0',
    kind: 'local',
    task: 3,
    needs: ['load.timeout'],
    async run(step) {
      const mixed = '4 of 40 got status 500 and 3 no response, with --max-errors';
      const cases = [
        ['nothing failed', 'good', 0],
        [`${mixed} 0.16`, 'tooMany', 1],
        [`${mixed} 0.18`, 'allowed', 0],
      ] as const;
      for (const [situation, name, expected] of cases) {
        // A rate that a busy machine has missed is another reason to fail.
        const isRight = (run: LoadRun) => run.exitCode === expected && isOnTime(run);
        const { exitCode } = await loadRun(step, name, isRight);
        expectThat(exitCode === expected, {
          expected: `exit code ${expected} when ${situation}`,
          actual: `exit code ${exitCode}`,
          where: step.files.find(RUN, /\bjudge\b/),
          hint: 'Scripts and CI read only the exit code. The share is what failed (non-2xx and errors, timeouts among them) by what was sent (responses and errors).',
        });
      }
    },
  },
  {
    id: 'exit.nothing',
    title: 'Exit code 1 when nothing got a response',
    kind: 'local',
    task: 3,
    needs: ['exit.failures'],
    run: (step) =>
      expectFailure(step, 'silent', {
        when: 'a target takes requests and never responds, with --max-errors 1',
        hint: 'With --max-errors 1 all requests may fail, but a run that measured nothing proves nothing. Decide that case first.',
      }),
  },
  {
    id: 'exit.rate',
    title: 'Exit code 1 when the rate was missed',
    kind: 'local',
    task: 3,
    needs: ['exit.failures'],
    run: (step) =>
      expectFailure(step, 'slow', {
        when: `5 of ${RATE} requests per second were reached, and each of them succeeded`,
        hint: 'A load that was not sent says nothing about the app under that load. Compare the rate reached with the rate asked for.',
      }),
  },
  {
    id: 'stop.ctrl-c',
    title: 'Ctrl-C ends the load, the summary still comes, exit code 130',
    kind: 'local',
    needs: ['summary.latencies'],
    async run(step) {
      // Windows has no signals between processes.
      if (process.platform === 'win32') return;
      const hasSummary = ({ stdout }: ProgramRun) => /p50/.test(stdout);
      const isRight = (run: ProgramRun) => run.exitCode === 130 && hasSummary(run);
      const run = await loadRun(step, 'interrupted', isRight);
      expectThat(isRight(run), {
        expected: 'the summary, and exit code 130',
        actual: `${hasSummary(run) ? 'the summary' : 'no summary'}, and ${run.exitCode === undefined ? 'an end by the signal itself' : `exit code ${run.exitCode}`}`,
        where: step.files.find(MAIN, /SIGINT/),
        hint: 'Ctrl-C sends SIGINT. A program that listens for it can end in order; a shell expects 128 and the number of the signal.',
      });
    },
  },
];

/** The last request is due after the timeout of 2 s that one of them runs into. */
const isOnTime = ({ target: { arrivedAt } }: LoadRun): boolean =>
  (arrivedAt.at(-1) ?? 0) - (arrivedAt[0] ?? 0) < 1_000 * (SECONDS + 0.15);

async function expectFailure(
  step: StepUnderTest,
  name: 'silent' | 'slow',
  { when, hint }: { when: string; hint: string },
): Promise<void> {
  // The other load misses its rate on purpose. Where a busy machine makes this one miss it, exit code 1 says nothing.
  const isReached = (run: ProgramRun) =>
    name === 'slow' || rates(run.stdout).every((it) => it >= 9);
  const run = await loadRun(step, name, (it) => it.exitCode === 1 && isReached(it));
  expectThat(run.exitCode === 1, {
    expected: `exit code 1 when ${when}`,
    actual: describeError(run).split(':')[0] ?? '',
    where: step.files.find(RUN, /\bjudge\b/),
    hint,
  });
}
