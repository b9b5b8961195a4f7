import { waitFor } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import type { Gap } from '../04-alertmanager/receiver.ts';
import { ERRORS_ALERT } from './alert-checks.ts';
import { loadNeeded, loadOf, measureRate, stopLoad } from './live-load.ts';
import { ALERT, boundsOf, PREDICTED_RATE, waitsOf } from './prediction.ts';

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
const MARGIN = 5;

/** A message takes at most so long from Alertmanager to the inbox. Seconds. */
const DELIVERY = 2;

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
  const { messageBounds } = await import('../../stack/index.ts');
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
    for (const name of [ALERT, ERRORS_ALERT]) await noteGap(step, name, timing.groupWait);
    if (activeAt) journey.pending ||= activeAt;
    // As soon as it needs no more load, so that it is over sooner.
    if (state !== 'inactive' && !load.stoppedAt && load.output === undefined) {
      const needed = loadNeeded(waits, await measureRate(step));
      if (now - load.startedAt > needed + 1) await stopLoad(step);
    }
    return { state, message: await findMessage(step, ALERT, /firing/i) };
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
    expected: `a load that lasts until the alert fires, which takes up to ${boundsOf(waits).firing.latest} s at ${PREDICTED_RATE} requests/s`,
    actual: 'the load ended first, and the alert did not fire',
    where: step.compose().service('load-test').where('command'),
    hint: 'The rate rises over its window, and must hold for the time in `for`. Without --duration the load test lasts longer than that.',
  });
  const message = await awaitMessage(withinSeconds, async () => (await look()).message);
  if (!message) return failSilent(step, ALERT);
  expectThat(states.join(' ').includes('pending firing'), {
    expected: 'inactive, then pending, then firing',
    actual: states.join(', then '),
    where: step.files.find('prometheus/alert-rules.yaml', /for:/),
    hint: 'An alert is pending while its expression holds, and fires when it has held for the time in `for`.',
  });
  journey.message = Date.parse(message.receivedAt) / 1_000;
  // Of a Prometheus that was stopped while it fired, the last sample counts for five minutes.
  const fires = `timestamp(ALERTS{alertname="${ALERT}", alertstate="firing"}) >= ${load.startedAt}`;
  const firing = await step.stack.prometheus.becameTrue(fires, load.startedAt, journey.message);
  journey.firing = firing ?? journey.message;
  const seconds = journey.message - (await alert.crossedAt(load.startedAt, journey.message));
  expectThat(seconds >= least && seconds <= most, {
    expected: `the message ${least} to ${most} s after the threshold was crossed`,
    actual: `it came ${seconds < least ? 'earlier' : 'later'}`,
    where: step.files.find('alertmanager/alertmanager.yaml', /group_wait/),
    hint: 'The intervals, the time in `for` and group_wait add up. The lesson computes the sum.',
  });
}

/** Waits for the message that an alert fires. @throws CheckFailure */
export async function expectFiring(step: StepUnderTest, name: string): Promise<void> {
  const { messageBounds } = await import('../../stack/index.ts');
  const { most } = messageBounds(await step.stack.alert(name).timing());
  const look = () => findMessage(step, name, /firing/i);
  if (!(await awaitMessage(most + MARGIN, look))) await failSilent(step, name);
}

/** Waits for the message that an alert is over. @throws CheckFailure */
export async function expectResolved(step: StepUnderTest, name: string): Promise<void> {
  const { resolvedBounds } = await import('../../stack/index.ts');
  const { most } = resolvedBounds(await step.stack.alert(name).timing());
  const { stoppedAt = 0 } = loadOf(step);
  const message = await awaitMessage(most + MARGIN, () => findMessage(step, name, /resolved/i));
  const inTime = message && Date.parse(message.receivedAt) / 1_000 - stoppedAt <= most;
  expectThat(inTime, {
    expected: `a message that ${name} is resolved, at most ${most} s after the load`,
    actual: message ? 'it came later' : 'no such message',
    where: step.files.find('alertmanager/alertmanager.yaml', /send_resolved|slack_configs/),
    hint: 'When the load ends the rate falls, and the alert resolves. Slack receivers tell about it only if send_resolved says so.',
  });
}

/** Looks what is in the way of a message while its alert fires; afterwards nobody could tell. */
async function noteGap(step: StepUnderTest, name: string, groupWait: number): Promise<void> {
  const way = wayOf(step, name);
  const { state } = await step.stack.alert(name).state();
  if (state !== 'firing' || way.gap || (await findMessage(step, name, /firing/i))) return;
  const now = await step.stack.prometheus.now();
  way.firingSince ??= now;
  if (now - way.firingSince > groupWait + DELIVERY) way.gap = await lookForGap(step, name);
}

const wayOf = (step: StepUnderTest, name: string) =>
  step.once(`way of ${name}`, (): { firingSince?: number; gap?: Gap } => ({}));

/** The reasons are those of step 4. */
async function lookForGap(step: StepUnderTest, name: string): Promise<Gap> {
  const { findGap } = await import('../04-alertmanager/delivery.ts');
  const came = (await messagesAbout(step, name)).map(({ title, text }) => `${title} ${text}`);
  return findGap(step, { name, severity: name === ALERT ? 'warning' : 'critical' }, came);
}

async function failSilent(step: StepUnderTest, name: string): Promise<never> {
  const gap = wayOf(step, name).gap ?? (await lookForGap(step, name));
  return fail({ expected: `a message that ${name} is firing`, ...gap });
}

type Message = Awaited<ReturnType<typeof findMessage>>;

/** Undefined when none comes in time. */
async function awaitMessage(withinSeconds: number, look: () => Promise<Message>): Promise<Message> {
  const until = (seen: Message) => seen !== undefined;
  return waitFor({ what: 'a message', withinSeconds, look, until }).catch(() => undefined);
}

async function findMessage(step: StepUnderTest, name: string, status: RegExp) {
  const messages = await messagesAbout(step, name);
  return messages.find(({ title, text }) => status.test(`${title} ${text}`));
}

/** Since the load began. */
async function messagesAbout(step: StepUnderTest, name: string) {
  const messages = await step.stack.inbox.messages(loadOf(step).lastMessageId);
  return messages.filter(({ title, text }) => `${title} ${text}`.includes(name));
}
