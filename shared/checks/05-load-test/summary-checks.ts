import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, runInOrder } from '../../verify/runner/index.ts';
import { rates, readMilliseconds, readNumbers } from './output.ts';
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

const counts = ({ stdout }: LoadRun) => ({
  bad: readNumbers(stdout, /non-?2xx/),
  errors: readNumbers(stdout, /errors?/),
});
const areCounted = (run: LoadRun) => counts(run).bad.includes(6) && counts(run).errors.includes(4);
/** Undefined in a summary without errors. */
const mostErrors = (run: LoadRun) => counts(run).errors.sort((one, other) => other - one)[0];

/** How many there are in the summary. */
const ratesOf = ({ stdout }: LoadRun, least: number, most: number) =>
  rates(stdout).filter((rate) => rate >= least && rate <= most).length;

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

const RATE_REACHED = {
  id: 'summary.rate',
  title: 'The summary gives the rate that was reached beside the one asked for',
  task: 2,
  needs: ['load.steady'],
};
const rateOfSlow = checkRun({
  ...RATE_REACHED,
  load: 'slow',
  isRight: (run) => ratesOf(run, 2, 8) > 0 && ratesOf(run, RATE, RATE) > 0,
  finding: (run, step) => ({
    expected: `asked for ${RATE} requests/s and reached about 5, when each of 2 connections waited 0.4 s for a response`,
    actual: `numbers on the summary's lines with "/s": ${ratesOf(run, RATE, RATE) ? RATE : `no ${RATE}`}, ${ratesOf(run, 2, 8) ? 'about 5' : 'none near 5'}`,
    where: whereDescribed(step),
    hint: 'A connection that waits sends nothing. A summary that shows only the rate asked for hides a load that never arrived: divide what came to an end, responses and errors, by the duration.',
  }),
});
const rateOfLossy = checkRun({
  ...RATE_REACHED,
  load: 'lossy',
  isRight: (run) => ratesOf(run, 0.9 * RATE, 1.1 * RATE) >= 2,
  finding: (run, step) => ({
    expected: `asked for ${RATE} requests/s and reached about ${RATE}, when a quarter of them was reset`,
    actual: `${ratesOf(run, 0.9 * RATE, 1.1 * RATE)} such numbers on the summary's lines with "/s", not 2`,
    where: whereDescribed(step),
    hint: 'A request without a response was sent all the same. The rate reached is what came to an end, responses and errors, divided by the duration: requests.average counts responses alone.',
  }),
});

/** What the learner's program says about its load. */
export const summaryChecks: Check[] = [
  runInOrder(percentiles, { run: expectOwnFields }),
  checkRun({
    id: 'load.timeout',
    title: 'A request without a response is an error after the timeout',
    task: 1,
    needs: ['load.steady'],
    load: 'silent',
    // A summary without errors, or with too many, is judged below.
    isRight: (run) => (mostErrors(run) ?? 10) >= 10,
    finding: (run, { files }) => ({
      expected: '--timeout 1: errors 10, when a target takes 10 requests and never responds',
      actual: `errors ${mostErrors(run)}`,
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
    isRight: areCounted,
    isConclusive: (run) =>
      areCounted(run) || Object.values(counts(run)).some((numbers) => numbers.length === 0),
    finding: (run, step) => ({
      expected:
        'non-2xx 6 and errors 4, after 4 responses with status 500, 2 with 404, 3 reset connections and 1 timeout',
      actual: `non-2xx ${counts(run).bad.join(' and ') || 'not there'}, errors ${counts(run).errors.join(' and ') || 'not there'}`,
      where: whereDescribed(step),
      hint: "A response with status 500 is a response: non-2xx. A request without a response is an error, and a timeout is one of autocannon's errors already.",
    }),
  }),
  runInOrder(rateOfSlow, rateOfLossy),
];

/** Each with autocannon's name of it. */
const FIELDS = [
  ['p97.5', 'p97_5'],
  ['p99', 'p99'],
] as const;
const OTHERS = 'min|max|mean|average|p(?:2_5|1|10|25|50|75|90|97_5|99(?:_9+)?)';

/** Of few responses most of these are the same, so the source tells what many would show. @throws CheckFailure */
function expectOwnFields({ files }: StepUnderTest): void {
  for (const [name, field] of FIELDS) {
    // The label, and a ${…} behind it that holds another field and not this one.
    const label = `(?<!\\$\\{[^}\\n]*)${LATENCIES[name].source}`;
    const value = `\\$\\{(?![^}\\n]*\\b${field}\\b)[^}\\n]*?\\b(${OTHERS})\\b(?!\\s*\\()`;
    const pattern = new RegExp(`${label}[^\\n$,;'"\`]*${value}`);
    const [, other] = files.text(RUN).match(pattern) ?? [];
    expectThat(!other, {
      expected: `${name} from latency.${field}`,
      actual: `${name} from latency.${other}`,
      where: files.find(RUN, pattern),
      hint: `${name} is what ${name.slice(1)} of 100 responses stayed below. After few responses another number may look the same. The maximum is one response, and often chance.`,
    });
  }
}
