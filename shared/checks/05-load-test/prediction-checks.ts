import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { boundsOf, type Moment, waitsOf } from './prediction.ts';

const FILE = 'prediction.yaml';

/** A second more or less may come from rounding; two more from the delivery of the message. */
const TOLERANCE = { below: 1, above: 2 };

const SUMS = {
  pending: {
    earliest: 'the rise of the rate, and nothing else',
    latest: 'the rise of the rate, a scrape and an evaluation',
    hint: 'rate(…[W]) is above the threshold when W × threshold / load seconds of load are in its window. Then the next scrape and the next evaluation may come at once, or a whole interval later.',
  },
  firing: {
    earliest: 'the earliest pending, and the time in `for`',
    latest: 'the latest pending, and the time in `for`',
    hint: 'Pending becomes firing when the expression has held for the time in `for`.',
  },
  message: {
    earliest: 'the earliest firing, and the group_wait',
    latest: 'the latest firing, and the group_wait',
    hint: 'Alertmanager waits for more alerts of the group before its first message: group_wait in its settings.',
  },
} as const;

const momentCheck = (moment: Moment, needs: string[]) => ({
  id: `prediction.${moment}`,
  title: `The prediction says when ${moment === 'message' ? 'the message comes' : `TooManyRequests is ${moment}`}`,
  needs,
  run(step: StepUnderTest) {
    const bounds = boundsOf(waitsOf(step))[moment];
    for (const bound of ['earliest', 'latest'] as const) {
      const value = predicted(step, moment, bound);
      const difference = Number(value) - bounds[bound];
      expectThat(
        typeof value === 'number' &&
          -TOLERANCE.below <= difference &&
          difference <= TOLERANCE.above,
        {
          expected: `${moment}: ${bound}: the seconds from the first request: ${SUMS[moment][bound]}`,
          actual: describe(step, moment, bound),
          where: step.files.yaml(FILE).where([moment, bound]),
          hint: SUMS[moment].hint,
        },
      );
    }
  },
});

/** What the learner has computed from the files, judged against the same sums. */
export const predictionChecks: Check[] = defineTopic({ kind: 'static', task: 5 }, [
  momentCheck('pending', ['compose.parses']),
  momentCheck('firing', ['prediction.pending']),
  momentCheck('message', ['prediction.firing']),
  {
    id: 'prediction.load',
    title: 'The prediction says how long the load must last',
    needs: ['prediction.message'],
    run(step) {
      const { latest } = boundsOf(waitsOf(step)).message;
      const value = predicted(step, 'load_lasts');
      const difference = Number(value) - latest;
      expectThat(typeof value === 'number' && difference >= -1 && difference <= 3, {
        expected: 'load_lasts: the seconds until the message in the slowest case',
        actual: describe(step, 'load_lasts'),
        where: step.files.yaml(FILE).where(['load_lasts']),
        hint: 'A load that ends before may still raise the alert, or may not: nobody can say. One that lasts until the latest message always does.',
      });
    },
  },
  {
    id: 'prediction.silent-rate',
    title: 'The prediction says which rate never raises the alert',
    needs: ['compose.parses'],
    run(step) {
      const { threshold } = waitsOf(step);
      const value = predicted(step, 'silent_rate');
      // Nothing is to be rounded here, but the threshold may be a quotient.
      expectThat(typeof value === 'number' && Math.abs(value - threshold) < 0.001, {
        expected: 'silent_rate: the highest steady rate that the rule stays silent about',
        actual: describe(step, 'silent_rate'),
        where: step.files.yaml(FILE).where(['silent_rate']),
        hint: 'A steady load lifts the rate up to itself and no further, however long it lasts. The rule says > and not >=, so a rate equal to the threshold is not above it.',
      });
    },
  },
]);

/** A value of the prediction; undefined when it is not there yet. */
export const predicted = (step: StepUnderTest, ...place: string[]): unknown =>
  step.files.yaml(FILE).get(place) ?? undefined;

function describe(step: StepUnderTest, name: string, bound?: string): string {
  const given = predicted(step, name);
  if (given === undefined) return `no ${name} yet`;
  if (!bound) return `${name}: ${given}`;
  if (typeof given !== 'object')
    return `${name}: ${given}, one number for both earliest and latest`;
  const value = predicted(step, name, bound);
  return value === undefined ? `no ${bound} yet` : `${bound}: ${value}`;
}
