import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, runInOrder } from '../../verify/runner/index.ts';
import { rates, read, readMilliseconds } from './output.ts';
import { checkRun, type LoadRun, RATE, SLOW_MS } from './runs.ts';

const RUN = 'load-test/run-load.ts';

const whereDescribed = ({ files }: StepUnderTest) => files.find(RUN, /describeResult/);

/** A p99.9 is another one. */
const LATENCIES = { p50: /p50/, 'p97.5': /p97[._]5/, p99: /p99(?![._]?\d)/ };
const latencies = ({ stdout }: LoadRun) =>
  Object.values(LATENCIES).map((label) => readMilliseconds(stdout, label));
const missingLatencies = (run: LoadRun) =>
  Object.keys(LATENCIES).filter((_, index) => latencies(run)[index] === undefined);
/** Above the median that was seen, and below the mean. */
const MOST_P50 = 200;

const errorCount = ({ stdout }: LoadRun) => read(stdout, /errors?/)?.value;
const counts = (run: LoadRun) => [read(run.stdout, /non-?2xx/)?.value, errorCount(run)] as const;

const hasRate = ({ stdout }: LoadRun, least: number, most: number) =>
  rates(stdout).some((rate) => rate >= least && rate <= most);

const percentiles = checkRun({
  id: 'summary.latencies',
  title: 'The summary gives p50, p97.5 and p99 of the latencies that were seen',
  task: 2,
  needs: ['load.steady'],
  load: 'mixed',
  isRight(run) {
    const [p50 = 0, p97 = 0, p99 = 0] = latencies(run);
    return p50 > 15 && p50 < MOST_P50 && p97 > 0.9 * SLOW_MS && p99 >= p97 && p99 < 5_000;
  },
  finding(run, step) {
    const missing = missingLatencies(run);
    const [p50 = 0] = latencies(run);
    // Autocannon's own correction brings any number, so the source tells it from a mean.
    const isSet = /:\d+$/.test(step.files.find(RUN, /ignoreCoordinatedOmission/));
    const isCorrected = p50 >= MOST_P50 && !isSet;
    return {
      expected: `a p50 of about 20 ms, a p97.5 and a p99 of about ${SLOW_MS} ms: as long as 24 and 12 responses took`,
      actual: missing.length
        ? `no ${missing.join(', no ')}`
        : p50 >= MOST_P50
          ? `a p50 ${isCorrected ? 'that most responses stayed far below' : 'of about the mean, which is about 310 ms'}`
          : 'other numbers, too small or too large by far',
      where: isCorrected ? step.files.find(RUN, /autocannon\(/) : whereDescribed(step),
      hint: isCorrected
        ? 'Without ignoreCoordinatedOmission: true autocannon adds latencies that it has not seen, from 1 ms to the real one.'
        : 'p50 is the median: half of the responses were faster. A few slow ones move the mean, not the median; p97.5 and p99 show them. autocannon counts in milliseconds.',
    };
  },
});

/** What the learner's program says about its load. */
export const summaryChecks: Check[] = [
  runInOrder(percentiles, { run: expectNoMaximum }),
  checkRun({
    id: 'load.timeout',
    title: 'A request without a response is an error after the timeout',
    task: 1,
    needs: ['load.steady'],
    load: 'silent',
    // A summary without errors, or with too many, is judged below.
    isRight: (run) => (errorCount(run) ?? 10) >= 10,
    finding: (run, { files }) => ({
      expected: '--timeout 1: errors 10, when a target takes 10 requests and never responds',
      actual: `errors ${errorCount(run)}`,
      where: files.find(RUN, /autocannon\(/),
      hint: 'timeout is in seconds, and without it autocannon waits for 10. A request that is still waited for when the load ends is counted nowhere.',
    }),
  }),
  checkRun({
    id: 'summary.counts',
    title: "The summary's non-2xx responses and errors are what happened",
    task: 2,
    needs: ['load.timeout'],
    load: 'mixed',
    isRight: (run) => `${counts(run)}` === '6,4',
    isConclusive: (run) => `${counts(run)}` === '6,4' || counts(run).includes(undefined),
    finding: (run, step) => ({
      expected:
        'non-2xx 6 and errors 4, after 4 responses with status 500, 2 with 404, 3 reset connections and 1 timeout',
      actual: `non-2xx ${counts(run)[0] ?? 'not there'}, errors ${counts(run)[1] ?? 'not there'}`,
      where: whereDescribed(step),
      hint: "A response with status 500 is a response: non-2xx. A request without a response is an error, and a timeout is one of autocannon's errors already.",
    }),
  }),
  checkRun({
    id: 'summary.rate',
    title: 'The summary gives the rate that was reached beside the one asked for',
    task: 2,
    needs: ['load.steady'],
    load: 'slow',
    isRight: (run) => hasRate(run, 2, 8) && hasRate(run, RATE, RATE),
    finding: (run, step) => ({
      expected: `asked for ${RATE} requests/s and reached about 5, when each of 2 connections waited 0.4 s for a response`,
      actual: `numbers on lines with "/s": ${hasRate(run, RATE, RATE) ? RATE : `no ${RATE}`}, ${hasRate(run, 2, 8) ? 'about 5' : 'none near 5'}`,
      where: whereDescribed(step),
      hint: 'A connection that waits sends nothing. A summary that shows only the rate asked for hides a load that never arrived: divide what came to an end, responses and errors, by the duration.',
    }),
  }),
];

/** Of few responses p99 is the maximum, so the source tells what many would show. @throws CheckFailure */
function expectNoMaximum({ files }: StepUnderTest): void {
  const maximum = /p99\b[^\n$]*\$\{(?:\w+\.)*max\b/;
  expectThat(!maximum.test(files.text(RUN)), {
    expected: 'the p99 of all responses',
    actual: 'the maximum',
    where: files.find(RUN, maximum),
    hint: 'p99 is what 99 of 100 responses stayed below. The maximum is one response, and often chance.',
  });
}
