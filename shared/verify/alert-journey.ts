import { ALERT, loadOf, OPTIONS, stopLoad, timingOf } from './alert-load.ts';
import { expectThat } from './check.ts';
import type { StepUnderTest } from './step-under-test.ts';

/** Waits are this much longer than the bounds, so that a late message is seen and called late. Seconds. */
const MARGIN = 5;

/** The moment of crossing is looked up in steps of this many seconds. */
const RESOLUTION = 0.1;

/** Follows the alert to its message, stops the load, and compares with the computed bounds. @throws CheckFailure */
export async function followToMessage(step: StepUnderTest): Promise<void> {
  const { messageBounds, waitFor } = await import('../stack/index.ts');
  const timing = await timingOf(step);
  const { least, most } = messageBounds(timing);
  const load = loadOf(step);
  const states: string[] = [];
  const { message } = await waitFor({
    what: `a message about the firing alert ${ALERT}`,
    withinSeconds: timing.window + most + MARGIN,
    look: async () => {
      const state = await stateOf(step);
      if (states.at(-1) !== state) states.push(state);
      return { state, message: await messageOf(step, /firing/i) };
    },
    until: ({ message }) => message !== undefined || load.words !== undefined,
  });
  expectThat(message, {
    expected: `load until the message is there, which takes up to ${timing.window + most} s`,
    actual: 'the load ended first, and no message came',
    where: step.files.find(OPTIONS, /\bduration\b.*\d/),
    hint: 'An alert needs time: the rate rises over its window, must hold for the time in `for`, and is collected for group_wait. Without options the load test must last longer than all of it.',
  });
  await stopLoad(step);

  expectThat(/pending firing$/.test(states.join(' ')), {
    expected: 'inactive, then pending, then firing',
    actual: states.join(', then '),
    where: step.files.find('prometheus/alert-rules.yaml', /for:/),
    hint: 'An alert is pending while its expression holds, and fires when it has held for the time in `for`.',
  });
  const arrivedAt = Date.parse(message.receivedAt) / 1_000;
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
  const { resolvedBounds, waitFor } = await import('../stack/index.ts');
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
