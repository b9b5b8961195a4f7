import { readRequests, waitFor } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { ALERT, PREDICTED_RATE, riseOf, type Waits, waitsOf } from './prediction.ts';

const LOAD_TEST = ['--profile', 'load'];

/** Traffic is counted for so many seconds before it is called too little. */
const COUNTING_SECONDS = 5;

/** How long a container may take until its program sends. Seconds. */
const START_SECONDS = 60;

/** Requests that fail, before the load: enough for 5 % of all, not enough for the alert about too many. */
const FAILING = { rate: 60, duration: 2, connections: 10 };

/** A load on its way. Times by the containers' clock, in seconds since 1970. */
export interface Load {
  /** When the first request arrived. */
  startedAt: number;
  stoppedAt?: number;
  /** How many good responses the app had counted before. */
  before: number;
  /** Requests per second, measured until `stoppedAt`. */
  rate?: number;
  /** What the container has printed; undefined while it runs. */
  output?: string;
  /** Messages up to this id were in the inbox before. */
  lastMessageId: number;
}

const serviceOf = (step: StepUnderTest) => step.compose().service('load-test');

/** Builds the image, once; meanwhile checks that ask only Prometheus are run. */
export const buildLoad = (step: StepUnderTest): Promise<unknown> =>
  step.once('image', () => {
    const building = step.stack.compose(...LOAD_TEST, 'build', '--quiet', 'load-test');
    // Thrown where somebody waits for it.
    building.catch(() => {});
    return building;
  });

/** The id of the last message before any request. The failing ones are told of while a slow machine still starts the load. */
const lastMessage = (step: StepUnderTest): Promise<number> =>
  step.once('last message', async () => (await step.stack.inbox.messages()).at(-1)?.id ?? 0);

/** Sends requests that fail, through the service, with its exit code as a script would see it. @throws CheckFailure */
export async function sendFailing(step: StepUnderTest): Promise<void> {
  const { stack } = step;
  await buildLoad(step);
  await lastMessage(step);
  await waitFor({
    what: 'the first failure to be scraped',
    withinSeconds: 3 * waitsOf(step).scrape,
    look: () => stack.prometheus.query('http_requests_total{status_code="500"}'),
    until: (series) => series.length > 0,
  }).catch(() => {});
  const before = await sumRequests(step, /^5/);
  const options = Object.entries(FAILING).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const own = serviceOf(step).command;
  const args = [...'run --rm -T load-test'.split(' '), ...own, '--path', '/fail', ...options];
  const complaint = await stack.compose(...LOAD_TEST, ...args).then(
    () => undefined,
    (error: Error) => error.message,
  );
  const failed = (await sumRequests(step, /^5/)) - before;
  expectThat(failed > 0, {
    expected: 'requests for /fail, from the service with --path /fail behind its command',
    actual: `none. The last it said: ${lastLine(complaint)}`,
    where: serviceOf(step).where('command'),
    hint: 'See what it says with: docker compose --profile load up load-test',
  });
  expectThat(complaint !== undefined, {
    expected: 'exit code 1 from the container when every request fails',
    actual: 'exit code 0',
    where: serviceOf(step).where(serviceOf(step).get('entrypoint') ? 'entrypoint' : 'command'),
    hint: 'Scripts and CI see only the exit code of the container. A shell around the program may replace it, and --max-errors 1 allows that everything fails.',
  });
}

/** Starts the service load-test, and waits until it sends more than the alert's threshold. @throws CheckFailure */
export async function startLoad(step: StepUnderTest): Promise<void> {
  const { stack } = step;
  const { threshold } = waitsOf(step);
  const good = () => sumRequests(step, /^2/);
  const before = await good();
  const load: Load = { startedAt: 0, before, lastMessageId: await lastMessage(step) };
  step.once('load', () => load);
  void stack
    // Ends when the load ends.
    .compose(...LOAD_TEST, 'up', '--no-color', '--no-log-prefix', 'load-test')
    .catch((error: Error) => error.message)
    .then((output) => {
      load.output = output;
    });
  const sentMoreThan = (count: number, withinSeconds: number) =>
    waitFor({
      what: `more than ${count} requests`,
      withinSeconds,
      look: async () => (await good()) - before > count,
      until: (enough) => enough || load.output !== undefined,
    }).catch(() => false);

  if (!(await sentMoreThan(0, START_SECONDS))) {
    fail({
      expected: 'requests with good responses, from the service load-test',
      actual: `none. The last it said: ${lastLine(load.output)}`,
      where: serviceOf(step).where('command'),
      hint: 'See what it says with: docker compose --profile load up load-test',
    });
  }
  load.startedAt = await stack.prometheus.now();
  if (!(await sentMoreThan(threshold * COUNTING_SECONDS, COUNTING_SECONDS))) {
    fail({
      expected: `more than ${threshold} requests per second, the threshold of ${ALERT}`,
      actual: `at most ${threshold} per second`,
      where: serviceOf(step).where('command'),
      hint: 'A load below the threshold of the rule raises no alert. Without options the load test sends 50 per second.',
    });
  }
}

/** How many requests per second the load has brought until now. */
export async function measureRate(step: StepUnderTest): Promise<number> {
  const { before, startedAt } = loadOf(step);
  const requests = (await sumRequests(step, /^2/)) - before;
  return requests / ((await step.stack.prometheus.now()) - startedAt);
}

/** Ends the load as Ctrl-C would, and notes when. */
export async function stopLoad(step: StepUnderTest): Promise<void> {
  const load = loadOf(step);
  load.rate = await measureRate(step);
  load.stoppedAt = await step.stack.prometheus.now();
  await step.stack.compose(...LOAD_TEST, 'stop', 'load-test');
}

export const loadOf = (step: StepUnderTest): Load =>
  step.once('load', (): Load => {
    throw new Error('The load has not been started');
  });

/**
 * How long a load must last so that the rate stays above the threshold until the alert fires: it rises, and falls only
 * when the window has left the load's beginning behind.
 */
export function loadNeeded(waits: Waits, rate: number): number {
  const rise = riseOf(waits, rate);
  const untilFiring = rise + waits.scrape + waits.evaluation + waits.hold;
  return Math.max(rise + waits.scrape, untilFiring - waits.window + rise);
}

/**
 * How many seconds later than predicted the rate crosses. Negative where the failing requests before are still in the
 * window, or more than 50 a second arrive; positive where fewer arrive at first, or the load starts so late that the failing
 * ones have left the window.
 *
 * @param until when it has certainly crossed
 */
export async function crossesLaterBy(step: StepUnderTest, until: number): Promise<number> {
  const { startedAt, rate = PREDICTED_RATE } = loadOf(step);
  const waits = waitsOf(step);
  const { window, threshold, scrape } = waits;
  const before = FAILING.rate * FAILING.duration;
  const rise = (window * threshold - before) / rate;
  // What was counted, whatever the rule makes of it.
  const counted = `sum(rate(http_requests_total[${Math.round(1_000 * window)}ms])) > ${threshold}`;
  const seenAt = await step.stack.prometheus.becameTrue(counted, startedAt, until);
  const seen = (seenAt ?? startedAt) - startedAt - scrape;
  return Math.max(rise, seen) - riseOf(waits, PREDICTED_RATE);
}

const lastLine = (output = ''): string => output.trim().split('\n').at(-1) || 'nothing';

/** Requests that the app has counted, with such a status code. */
async function sumRequests(step: StepUnderTest, code: RegExp): Promise<number> {
  const counts = Object.entries(await readRequests(step)).filter(([name]) => code.test(name));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}
