// What the histogram has made of the known traffic, and whether its bounds can answer the question.
import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type AppRun, KNOWN } from './app-run.ts';
import {
  BUCKET,
  boundsOf,
  bucketsAt,
  findInApp,
  growthOf,
  HISTOGRAM,
  MADE,
  OBJECTIVE,
  OBSERVED,
  WORK,
} from './series.ts';

/** @throws CheckFailure unless sum and buckets agree with what was asked for, and with what the client saw */
export function expectDurations(step: StepUnderTest, { known, seenMs }: AppRun): void {
  const asked = total(KNOWN) / 1_000;
  const seen = total(seenMs) / 1_000;
  const sum = growthOf(known, `${HISTOGRAM}_sum`, WORK);
  const where = findInApp(step.files, OBSERVED);
  const expectSum = (isRight: boolean) =>
    expectThat(isRight, {
      expected: `about ${Math.round(asked)} in ${HISTOGRAM}_sum, for ${KNOWN.length} requests that take so many seconds together`,
      actual: describeSum(sum, asked),
      where,
      hint: hintForSum(sum, asked),
    });
  expectSum(sum > asked * 0.1 && sum <= seen * 1.01);
  const slow = growthOf(known, `${HISTOGRAM}_sum`, { route: '/slow' });
  expectThat(slow >= 0.99, {
    expected: `1 more in ${HISTOGRAM}_sum{route="/slow"}, after a request that takes a second`,
    actual: 'less',
    where,
    hint: 'Something gets lost on the way. hrtime() returns whole seconds and nanoseconds, and both count. A start that is kept outside of the middleware is the start of whoever came last.',
  });
  expectSum(sum >= asked * 0.99);
  for (const bound of boundsOf(known[1])) {
    const count = growthOf([bucketsAt(known[0], bound), bucketsAt(known[1], bound)], BUCKET, WORK);
    // What the client had within the bound the app had too; and nothing takes less time than it asks for.
    const least = seenMs.filter((ms) => ms <= 1_000 * bound).length;
    const most = KNOWN.filter((ms) => ms - 2 <= 1_000 * bound).length;
    expectThat(count >= least && count <= most, {
      expected: `${least === most ? most : `${least} to ${most}`} of ${KNOWN.length} requests within ${bound} s`,
      actual: `${count}`,
      where,
      hint: 'Observe the time itself, neither rounded nor cut off: the histogram finds the bucket.',
    });
  }
}

const total = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** How far the sum is from the right one, without numbers that differ from run to run. */
function describeSum(sum: number, asked: number): string {
  if (sum > asked * 100) return `about ${Math.round(Math.log10(sum / asked))} digits too many`;
  if (sum > asked * 1.5) return 'much more';
  if (sum < asked * 0.1) return 'next to nothing';
  return sum < asked ? 'less' : 'more';
}

function hintForSum(sum: number, asked: number): string {
  if (sum > asked * 100)
    return 'The name says seconds. Date.now() and performance.now() count milliseconds; startTimer() returns a function that observes seconds.';
  if (sum < asked * 0.1)
    return 'The time from the request to the end of its response: start when the request arrives, observe when the response has ended.';
  return sum < asked
    ? 'Something gets lost on the way: a time that is rounded or cut off makes short answers to none.'
    : 'The time of a request begins when it arrives, not when the process started.';
}

/** @throws CheckFailure unless the question can be answered with these bounds */
export function expectBounds(step: StepUnderTest, { strange }: AppRun): void {
  const bounds = boundsOf(strange);
  const where = findInApp(step.files, /\bbuckets\b/);
  const at = /:\d/.test(where) ? where : findInApp(step.files, MADE);
  const all = bounds.join(', ');
  expectThat(bounds.includes(OBJECTIVE), {
    expected: `a bound at ${OBJECTIVE}`,
    actual: all,
    where: at,
    hint: 'Of a bucket only the number of requests in it is known. Whether those between two bounds took more or less than 0.3 s nobody can tell, so the objective needs a bound of its own.',
  });
  const near = bounds.filter((it) => it / OBJECTIVE <= 2 && it / OBJECTIVE >= 0.5);
  const isNarrow = near.some((it) => it < OBJECTIVE) && near.some((it) => it > OBJECTIVE);
  expectThat(isNarrow, {
    expected: `the next bound below ${OBJECTIVE} at 0.15 or more, and the next above it at 0.6 or less`,
    actual: all,
    where: at,
    hint: 'A quantile is estimated inside one bucket: the wider it is, the less the estimate says. Narrow buckets belong where the decision is made.',
  });
  const split = bounds.find((it) => Math.abs(it - 1) <= 0.02);
  expectThat(split === undefined, {
    expected: 'no bound at 1, the second that GET /slow takes',
    actual: all,
    where: at,
    hint: 'Answers that take as long as a bound fall now to its left, now to its right, by chance. Put bounds where no answers are.',
  });
  expectThat((bounds.at(-1) ?? 0) >= 5, {
    expected: 'a highest bound of 5 or more, because GET /work takes up to 5 s',
    actual: all,
    where: at,
    hint: 'Above the highest bound there is no other, so that a quantile that lies there cannot be estimated: Prometheus returns the bound itself.',
  });
  expectThat(bounds.length <= 20, {
    expected: 'at most 20 bounds',
    actual: `${bounds.length}`,
    where: at,
    hint: 'Each bound is a series for each combination of labels, to be scraped, stored and added up. Few bounds at the right places say more than many.',
  });
}
