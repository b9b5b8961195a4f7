import { parseMetrics } from '../../verify/expect/index.ts';
import { fail, type StepUnderTest } from '../../verify/files/index.ts';

/** The alert that the load shall raise. */
export const ALERT = 'TooManyRequests';

/** Where a load test's own rate and duration come from. */
export const OPTIONS = 'load-test/options.ts';

const LOAD_TEST = ['--profile', 'load'];

/** Traffic is counted for so many seconds before it is called too little. */
const COUNTING_SECONDS = 5;

/** How long a container may take until its program sends. Seconds. */
const START_SECONDS = 20;

/** A load on its way. Times by the containers' clock, in seconds since 1970. */
export interface Load {
  startedAt: number;
  stoppedAt?: number;
  /** What the container has said; undefined while it runs. */
  words?: string;
  /** Messages up to this id were in the inbox before. */
  lastMessageId: number;
}

const loads = new WeakMap<StepUnderTest, Load>();

/** Starts the service load-test, and waits until it sends more than the alert's threshold. @throws CheckFailure */
export async function startLoad(step: StepUnderTest): Promise<void> {
  const { resolvedBounds, waitFor } = await import('../../stack/index.ts');
  const { stack } = step;
  const timing = await timingOf(step);
  await waitFor({
    what: `${ALERT} to be inactive`,
    withinSeconds: resolvedBounds(timing).most,
    look: () => stack.prometheus.alerts(),
    until: (alerts) => alerts.every(({ labels }) => labels.alertname !== ALERT),
  });
  await stack.compose(...LOAD_TEST, 'build', '--quiet', 'load-test');

  const before = await requestsOf(step);
  const load: Load = {
    startedAt: await stack.prometheus.now(),
    lastMessageId: (await stack.slackInbox.messages()).at(-1)?.id ?? 0,
  };
  loads.set(step, load);
  void stack
    // Ends when the load ends.
    .compose(...LOAD_TEST, 'up', '--no-color', '--no-log-prefix', 'load-test')
    .catch((error: Error) => error.message)
    .then((words) => {
      load.words = words;
    });
  const sentMoreThan = (count: number, withinSeconds: number) =>
    waitFor({
      what: `more than ${count} requests`,
      withinSeconds,
      look: async () => (await requestsOf(step)) - before > count,
      until: (enough) => enough || load.words !== undefined,
    }).catch(() => false);

  if (!(await sentMoreThan(0, START_SECONDS))) {
    fail({
      expected: 'requests from the service load-test at the app',
      actual: `none. Its last words: ${load.words?.trim().split('\n').at(-1) || 'none'}`,
      where: step.compose().service('load-test').where(),
      hint: 'See what it says with: docker compose --profile load up load-test',
    });
  }
  if (!(await sentMoreThan(timing.threshold * COUNTING_SECONDS, COUNTING_SECONDS))) {
    fail({
      expected: `more than ${timing.threshold} requests per second, the threshold of ${ALERT}`,
      actual: `at most ${timing.threshold} per second`,
      where: step.files.find(OPTIONS, /\brate: ['"]?\d/),
      hint: 'A load below the threshold of the rule raises no alert. Without options the load test must send clearly more.',
    });
  }
}

/** Ends the load as Ctrl-C would, and notes when. */
export async function stopLoad(step: StepUnderTest): Promise<void> {
  loadOf(step).stoppedAt = await step.stack.prometheus.now();
  await step.stack.compose(...LOAD_TEST, 'stop', 'load-test');
}

export function loadOf(step: StepUnderTest): Load {
  const load = loads.get(step);
  if (!load) throw new Error('The load has not been started');
  return load;
}

/** Everything that decides how long the alert travels, from the running servers. */
export async function timingOf({ stack }: StepUnderTest) {
  const { readAlertTiming } = await import('../../stack/index.ts');
  return readAlertTiming(stack.prometheus, stack.alertmanager, ALERT);
}

async function requestsOf({ stack }: StepUnderTest): Promise<number> {
  return parseMetrics(await stack.app.text('/metrics'))
    .filter(({ name }) => name === 'http_requests_total')
    .reduce((sum, { value }) => sum + value, 0);
}
