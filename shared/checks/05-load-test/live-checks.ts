import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { ERRORS_ALERT } from './alert-checks.ts';
import { expectFiring, expectResolved, followToMessage, journeyOf } from './live-alerts.ts';
import { crossesLaterBy, loadOf, sendFailing, startLoad } from './live-load.ts';
import { ALERT, boundsOf, type Moment, waitsOf } from './prediction.ts';
import { predicted } from './prediction-checks.ts';

/**
 * One load on the real containers. Requests that fail come first, for two seconds, so that both alerts travel at the
 * same time; then the service sends what it sends.
 */
export const liveChecks: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'load.exit-code',
    title: 'The service load-test ends with exit code 1 when its requests fail',
    task: 4,
    needs: ['errors-alert.unit-tests'],
    run: sendFailing,
  },
  {
    id: 'load.in-compose',
    title: "The service load-test sends more than the alert's threshold",
    task: 4,
    needs: ['load.exit-code'],
    run: startLoad,
  },
  {
    id: 'alert.fires',
    title: `${ALERT} is pending, then firing, then in the inbox, in time`,
    needs: ['load.in-compose'],
    run: followToMessage,
  },
  {
    id: 'prediction.happened',
    title: 'What was predicted has happened',
    task: 5,
    needs: ['alert.fires'],
    run: expectPredicted,
  },
  {
    id: 'errors-alert.arrives',
    title: `${ERRORS_ALERT} is in the inbox`,
    task: 6,
    needs: ['alert.fires'],
    run: (step) => expectFiring(step, ERRORS_ALERT),
  },
  {
    id: 'alert.resolves',
    title: 'After the load the resolved message arrives, in time',
    needs: ['alert.fires'],
    run: (step) => expectResolved(step, ALERT),
  },
  {
    id: 'errors-alert.resolves',
    title: `After the failures the resolved message of ${ERRORS_ALERT} arrives`,
    needs: ['errors-alert.arrives', 'alert.resolves'],
    run: (step) => expectResolved(step, ERRORS_ALERT),
  },
]);

/** The first request is seen up to so many seconds late, and a message takes its time. */
const LATE = 2;

async function expectPredicted(step: StepUnderTest): Promise<void> {
  const { startedAt } = loadOf(step);
  const journey = journeyOf(step);
  const later = await crossesLaterBy(step, journey.message);
  for (const moment of Object.keys(boundsOf(waitsOf(step))) as Moment[]) {
    const seconds = journey[moment] - startedAt - later;
    const earliest = Number(predicted(step, moment, 'earliest'));
    const latest = Number(predicted(step, moment, 'latest'));
    expectThat(seconds > earliest - LATE && seconds < latest + LATE, {
      expected: `${moment} after ${earliest} to ${latest} s, as predicted`,
      actual: `it came ${seconds < earliest ? 'earlier' : 'later'}`,
      where: step.files.yaml('prediction.yaml').where([moment]),
      hint: 'The prediction agrees with the intervals in the files, and yet it came at another time. What else delays it? Look at the expression of the rule: an offset, or a second window.',
    });
  }
}
