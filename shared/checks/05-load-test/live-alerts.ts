import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { loadNeeded, loadOf, measureRate, stopLoad } from './live-load.ts';
import { ALERT, waitsOf } from './prediction.ts';

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
const MARGIN = 5;

/** When what happened, by the containers' clock, in seconds since 1970. */
export interface Journey {
  pending: number;
  firing: number;
  message: number;
}

/** What has happened to `ALERT` since the load began. */
export const journeyOf = (step: StepUnderTest): Journey =>
  step.once('journey', () => ({ pending: 0, firing: 0, message: 0 }));

/**
 * Follows the alert until its message, and stops the load as soon as the alert no longer needs it; compares with the
 * computed bounds.
 *
 * @throws CheckFailure
 */
export async function followToMessage(step: StepUnderTest): Promise<void> {
  const { messageBounds, waitFor } = await import('../../stack/index.ts');
  const alert = step.stack.alert(ALERT);
  const timing = await alert.timing();
  const { least, most } = messageBounds(timing);
  const load = loadOf(step);
  const journey = journeyOf(step);
  const waits = waitsOf(step);
  const states: string[] = [];
  const look = async () => {
    const now = await step.stack.prometheus.now();
    const { state, activeAt } = await alert.state();
    if (states.at(-1) !== state) states.push(state);
    if (activeAt) journey.pending ||= activeAt;
    if (state === 'firing') journey.firing ||= now;
    // As soon as it needs no more load, so that it is over sooner.
    if (state !== 'inactive' && !load.stoppedAt && load.output === undefined) {
      const needed = loadNeeded(waits, await measureRate(step));
      if (now - load.startedAt > needed + 1) await stopLoad(step);
    }
    return { state, message: await messageOf(step, ALERT, /firing/i) };
  };
  const withinSeconds = timing.window + most + MARGIN;
  const fired = await waitFor({
    what: `the alert ${ALERT} to fire`,
    withinSeconds,
    look,
    until: ({ state }) =>
      state === 'firing' || (state === 'inactive' && load.output !== undefined && !load.stoppedAt),
  });
  expectThat(fired.state === 'firing', {
    expected: `a load that lasts until the alert fires, which takes up to ${timing.window + most} s`,
    actual: 'the load ended first, and the alert did not fire',
    where: step.compose().service('load-test').where('command'),
    hint: 'The rate rises over its window, and must hold for the time in `for`. Without --duration the load test lasts longer than that.',
  });
  const { message } = await waitFor({
    what: `a message about the firing alert ${ALERT}`,
    withinSeconds,
    look,
    until: (seen) => seen.message !== undefined,
  });
  expectThat(states.join(' ').includes('pending firing'), {
    expected: 'inactive, then pending, then firing',
    actual: states.join(', then '),
    where: step.files.find('prometheus/alert-rules.yaml', /for:/),
    hint: 'An alert is pending while its expression holds, and fires when it has held for the time in `for`.',
  });
  journey.message = Date.parse(message?.receivedAt ?? '') / 1_000;
  const seconds = journey.message - (await alert.crossedAt(load.startedAt, journey.message));
  expectThat(seconds >= least && seconds <= most, {
    expected: `the message ${least} to ${most} s after the threshold was crossed`,
    actual: `it came ${seconds < least ? 'earlier' : 'later'}`,
    where: step.files.find('alertmanager/alertmanager.yaml', /group_wait/),
    hint: 'The intervals, the time in `for` and group_wait add up. The lesson computes the sum.',
  });
}

/** Waits for a message about an alert, at most so many seconds. @throws CheckFailure */
export async function expectMessage(
  step: StepUnderTest,
  name: string,
  status: 'firing' | 'resolved',
): Promise<void> {
  const { messageBounds, resolvedBounds, waitFor } = await import('../../stack/index.ts');
  const timing = await step.stack.alert(name).timing();
  const { most } = status === 'firing' ? messageBounds(timing) : resolvedBounds(timing);
  const { stoppedAt = 0 } = loadOf(step);
  const message = await waitFor({
    what: `a message that ${name} is ${status}`,
    withinSeconds: most + MARGIN,
    look: () => messageOf(step, name, new RegExp(status, 'i')),
    until: (seen) => seen !== undefined,
  }).catch(() => undefined);
  const inTime = message && Date.parse(message.receivedAt) / 1_000 - stoppedAt <= most;
  expectThat(inTime, {
    expected: `a message that ${name} is ${status}, at most ${most} s after the load`,
    actual: message ? 'it came later' : 'no such message',
    where: step.files.find('alertmanager/alertmanager.yaml', /send_resolved|slack_configs/),
    hint:
      status === 'firing'
        ? 'Look at the page Alerts of Prometheus while requests fail: what state is it in? Firing alerts go to the receiver that their labels lead to.'
        : 'When the load ends the rate falls, and the alert resolves. Slack receivers tell about it only if send_resolved says so.',
  });
}

async function messageOf(step: StepUnderTest, name: string, status: RegExp) {
  const messages = await step.stack.slackInbox.messages(loadOf(step).lastMessageId);
  const isWanted = (text: string) => status.test(text) && text.includes(name);
  return messages.find(({ title, text }) => isWanted(`${title} ${text}`));
}
