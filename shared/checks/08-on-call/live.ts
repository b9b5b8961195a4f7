import { waitFor, waitOrLook } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { DELIVERY, expectArrivals, MARGIN } from './arrivals.ts';
import { placeOfRoute, settings, WATCHDOG } from './settings.ts';
import { timesOf } from './watchdog.ts';

/** What really arrives, and what happens when Prometheus is gone. */
export const live: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'alerts.arrive',
    title: 'A dozen alerts arrive where they must, and nowhere else',
    task: 3,
    run: (step) => alone(step, () => expectArrivals(step, 'firing')),
  },
  {
    id: 'alerts.resolve',
    title: 'When alerts end, everybody who was told hears of it',
    task: 3,
    needs: ['alerts.arrive'],
    run: (step) => alone(step, () => expectArrivals(step, 'resolved')),
  },
  {
    id: 'deadman.speaks',
    title: "When Prometheus stops, the dead man's switch speaks, in time",
    task: 5,
    needs: ['alerts.resolve'],
    run: (step) => alone(step, () => expectSpeech(step)),
  },
]);

/** Whether Watchdog reaches the switch within so many seconds. */
export const isPinged = (step: StepUnderTest, withinSeconds: number): Promise<boolean> =>
  waitFor({
    what: 'a sign of life',
    withinSeconds,
    look: () => step.stack.inbox.switches(),
    until: (switches) => switches.some(({ silent }) => !silent),
  }).then(
    () => true,
    () => false,
  );

/** When Watchdog has reached the switch, Prometheus is stopped, and Alertmanager is alone with what is posted. */
const stopped = (step: StepUnderTest): Promise<{ at: number; wasPinged: boolean }> =>
  step.once('prometheus stopped', async () => {
    const wasPinged = await isPinged(step, timesOf(step).waits + MARGIN);
    await step.stack.compose('stop', '--timeout', '2', 'prometheus');
    await step.stack.inbox.clear();
    return { at: Date.now(), wasPinged };
  });

/** With Prometheus stopped. Whoever keeps the containers finds it running when it is judged again. */
async function alone(step: StepUnderTest, run: () => Promise<void>): Promise<void> {
  await stopped(step);
  await run().catch(async (error) => {
    await step.stack.compose('start', 'prometheus');
    throw error;
  });
}

/** @throws CheckFailure when the switch has never heard of Prometheus, or does not notice that it is gone */
async function expectSpeech(step: StepUnderTest): Promise<void> {
  const { lives, waits } = timesOf(step);
  const most = lives + waits + DELIVERY;
  await expectSilenceTold(step, { ...(await stopped(step)), most, of: 'Prometheus' });
  await step.stack.compose('start', 'prometheus');
}

/** Something on the way to the switch that has ended. */
interface End {
  of: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The switch had heard something before. */
  wasPinged: boolean;
  /** How long the switch may take. Seconds. */
  most: number;
}

/** @throws CheckFailure when the switch has never been pinged, or says nothing in time after the end */
export async function expectSilenceTold(step: StepUnderTest, end: End): Promise<void> {
  const { of, at, wasPinged, most } = end;
  const isSilence = ({ title, text }: { title?: string | null; text?: string | null }) =>
    /is silent/.test(`${title} ${text}`);
  const messages = await waitOrLook(
    wasPinged ? most + MARGIN - (Date.now() - at) / 1_000 : 0,
    "the dead man's switch",
    () => step.stack.inbox.messages(),
    (seen) => seen.some(isSilence),
  );
  const message = messages.find(isSilence);
  const seconds = message && (Date.parse(message.receivedAt) - at) / 1_000;
  if (seconds !== undefined && seconds <= most) return;
  fail({
    expected: `a message of the dead man's switch, at most ${most} s after ${of}'s end`,
    actual: !wasPinged
      ? 'Watchdog never reached the switch'
      : seconds === undefined
        ? 'no message'
        : 'it came later',
    where: placeOfRoute(settings(step), WATCHDOG),
    hint: 'Prometheus raises Watchdog, Alertmanager posts it to the switch again and again, and the switch speaks when nothing comes. http://localhost:9093 shows whether the alert is there, and http://localhost:8025 when the switch was pinged.',
  });
}
