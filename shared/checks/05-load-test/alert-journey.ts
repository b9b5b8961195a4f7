import { expectThat, type StepUnderTest } from '../../verify/files/index.ts';
import { ALERT, loadOf, OPTIONS, stopLoad, timingOf } from './alert-load.ts';

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
const MARGIN = 5;

/** The moment of crossing is looked up in steps of this many seconds. */
const RESOLUTION = 0.1;

/**
 * Follows the alert until it fires, stops the load then, and waits for the message; compares with the computed bounds.
 * The rate falls only some seconds after the load, so the alert is not over before its message is sent.
 *
 * @throws CheckFailure
 */
export async function followToMessage(step: StepUnderTest): Promise<void> {
  const { messageBounds, waitFor } = await import('../../stack/index.ts');
  const timing = await timingOf(step);
  const { least, most } = messageBounds(timing);
  const load = loadOf(step);
  const states: string[] = [];
  const look = async () => {
    const state = await stateOf(step);
    if (states.at(-1) !== state) states.push(state);
    return { state, message: await messageOf(step, /firing/i) };
  };
  const withinSeconds = timing.window + most + MARGIN;
  const fired = await waitFor({
    what: `the alert ${ALERT} to fire`,
    withinSeconds,
    look,
    until: ({ state }) => state === 'firing' || load.words !== undefined,
  });
  expectThat(fired.state === 'firing', {
    expected: `load until the alert fires, which takes up to ${timing.window + most} s`,
    actual: 'the load ended first, and the alert did not fire',
    where: step.files.find(OPTIONS, /\bduration\b.*\d/),
    hint: 'An alert needs time: the rate rises over its window, and must hold for the time in `for`. Without options the load test must last longer than that.',
  });
  await stopLoad(step);
  const { message } = await waitFor({
    what: `a message about the firing alert ${ALERT}`,
    withinSeconds,
    look,
    until: ({ message }) => message !== undefined,
  });
  expectThat(states.join(' ').includes('pending firing'), {
    expected: 'inactive, then pending, then firing',
    actual: states.join(', then '),
    where: step.files.find('prometheus/alert-rules.yaml', /for:/),
    hint: 'An alert is pending while its expression holds, and fires when it has held for the time in `for`.',
  });
  const arrivedAt = Date.parse(message?.receivedAt ?? '') / 1_000;
  const seconds = arrivedAt - (await crossedAt(step, arrivedAt));
  expectThat(seconds >= least && seconds <= most, {
    expected: `the message ${least} to ${most} s after the threshold was crossed`,
    actual: `it came ${seconds < least ? 'earlier' : 'later'}`,
    where: step.files.find('alertmanager/alertmanager.yaml', /group_wait/),
    hint: 'The intervals, the time in `for` and group_wait add up. The lesson computes the sum.',
  });
}

/** Waits for the message that the alert is over. @throws CheckFailure when it does not come in time */
export async function followToResolved(step: StepUnderTest): Promise<void> {
  const { resolvedBounds, waitFor } = await import('../../stack/index.ts');
  const { most } = resolvedBounds(await timingOf(step));
  const { stoppedAt = 0 } = loadOf(step);
  const message = await waitFor({
    what: `a message that ${ALERT} is resolved`,
    withinSeconds: most + MARGIN,
    look: () => messageOf(step, /resolved/i),
    until: (message) => message !== undefined,
  }).catch(() => undefined);

  const inTime = message && Date.parse(message.receivedAt) / 1_000 - stoppedAt <= most;
  expectThat(inTime, {
    expected: `a message that ${ALERT} is resolved, at most ${most} s after the load`,
    actual: message ? 'it came later' : 'no such message',
    where: step.files.find('alertmanager/alertmanager.yaml', /send_resolved|slack_configs/),
    hint: 'When the load ends the rate falls, and the alert resolves. Slack receivers tell about it only if send_resolved says so.',
  });
}

async function stateOf({ stack }: StepUnderTest): Promise<string> {
  const alerts = await stack.prometheus.alerts();
  return alerts.find(({ labels }) => labels.alertname === ALERT)?.state ?? 'inactive';
}

async function messageOf(step: StepUnderTest, status: RegExp) {
  const messages = await step.stack.slackInbox.messages(loadOf(step).lastMessageId);
  const isWanted = (words: string) => status.test(words) && words.includes(ALERT);
  return messages.find(({ title, text }) => isWanted(`${title} ${text}`));
}

/** When the rule's expression became true: the last moment it was still false, in seconds since 1970. */
async function crossedAt(step: StepUnderTest, end: number): Promise<number> {
  const { prometheus } = step.stack;
  const rules = (await prometheus.ruleGroups()).flatMap((group) => group.rules);
  const expression = rules.find(({ name }) => name === ALERT)?.query ?? '';
  const { startedAt } = loadOf(step);
  const [series] = await prometheus.queryRange(expression, startedAt, end, RESOLUTION);
  return (series?.values[0]?.[0] ?? end) - RESOLUTION;
}
