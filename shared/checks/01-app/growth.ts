// What has become of the counter after requests, and who is to blame where it is not what it must be.
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseMetrics, type Sample } from '../../verify/expect/index.ts';
import { type Finding, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { APP, findFirst, findInSources, METRICS } from './paths.ts';
import {
  computeGrowth,
  countRequests,
  describeSeries,
  isLabelledOtherwise,
  requestSeries,
  visits,
} from './request-counter.ts';

/** @throws CheckFailure unless the series has grown by exactly so much between two scrapes */
export async function expectGrowth(
  step: StepUnderTest,
  before: Sample[],
  after: Sample[],
  labels: Record<string, string>,
  expected: number,
): Promise<void> {
  if (countRequests(after, labels) - countRequests(before, labels) === expected) return;
  await expectOneProcess(step);
  // Scrapes and health checks cannot be told from visitors then.
  if (isLabelledOtherwise(after)) expectPatterns(step, after);
  const [{ labels: own } = { labels }] = requestSeries(after);
  const isNamedOtherwise = Object.keys(labels).some((name) => !(name in own));
  const grown = computeGrowth(visits(before), visits(after)).slice(0, 3);
  const noEvent = findFirst(
    step.files,
    [METRICS],
    /\bres(ponse)?\.on(ce)?\(\s*['"`](?!finish|close|pipe)/,
  );
  const isCounted = grown.some(({ series }) => series.includes(`route="${labels.route}"`));
  fail({
    expected: `${expected} more in ${describeSeries(labels)}`,
    actual: grown.map(({ series, by }) => `${by} more in ${series}`).join('\n') || 'no growth',
    where: step.files.find(METRICS, /\.(inc|set|labels)\(/),
    hint: isNamedOtherwise
      ? 'The labels are called method, route and status_code. Dashboards and alerts ask for them by these names.'
      : 'A counter grows by one for each request. When the answer is finished, the method, the matched route and the status code are all known.',
    ...(grown.length === 0 &&
      noEvent && {
        where: noEvent,
        hint: 'A response that has been sent tells so by its event finish, and by close when the connection is closed. What it does not know nobody ever calls.',
      }),
    ...(!isCounted && !isNamedOtherwise && placeOfMiddleware(step, labels.route ?? '/')),
  });
}

/** @throws CheckFailure, of the task of the label, unless the requests for the lesson's routes are labelled with their patterns */
export function expectPatterns({ files }: StepUnderTest, samples: Sample[]): void {
  const routes = requestSeries(samples).map(({ labels }) => labels.route ?? '');
  if (routes.includes('/')) return;
  const finding = {
    expected: 'route="/" for the requests to GET /',
    actual: [...new Set(routes)].map((route) => `route="${route}"`).join(', '),
    where: files.find(METRICS, /(req|request)\.(route|baseUrl|originalUrl|url)\b/),
    hint: routes.some((route) => /object/.test(route))
      ? 'req.route is an object with all that Express knows about the route, and as a label it says only that. Its pattern is req.route.path.'
      : 'The label holds the pattern of the matched route as the program has it, such as / or /users/:id.',
  };
  fail(finding, 7);
}

/** Scrapes without a request in between say the same, whoever answers them. @throws CheckFailure */
export const expectSteady = (step: StepUnderTest, one: Sample[], other: Sample[]): Promise<void> =>
  expectOneProcess(step, [total(one), total(other)], 2);

const total = (samples: Sample[]): number =>
  visits(samples).reduce((sum, { value }) => sum + value, 0);

/**
 * @param totals what scrapes have said already
 * @throws CheckFailure when scrapes without a request in between differ
 */
async function expectOneProcess(step: StepUnderTest, totals: number[] = [], more = 6) {
  const url = `${await step.stack.url('app')}/metrics`;
  for (let times = 0; times < more; times++) totals.push(total(parseMetrics(await readPage(url))));
  const differences = totals.slice(1).map((count, index) => count - (totals[index] ?? 0));
  // Where scrapes are counted themselves, that is said elsewhere.
  if (differences.every((by) => by === differences[0] && by >= 0)) return;
  const hasRisen = differences.some((by) => by > 0);
  const pattern = hasRisen
    ? /\bcluster\b.*\(|\.fork\(|new Worker\(/
    : /\.(reset|resetMetrics|clear|remove)\(/;
  const place = findInSources(step.files, pattern);
  fail({
    expected: 'the same count in each scrape while nobody asks for anything',
    actual: hasRisen ? 'it falls and rises again, as if there were several counters' : 'it falls',
    where: place ?? (hasRisen ? step.compose().service('app').where('command') : METRICS),
    hint: hasRisen
      ? 'Several processes respond, and each counts only its own requests. Run one process in a container, and more containers when one is too slow.'
      : 'A counter only grows as long as its process runs. Prometheus computes what is new since the last scrape; whoever sets it to 0 loses requests.',
  });
}

/** On a connection of its own, so that any process may answer. */
async function readPage(url: string): Promise<string> {
  const request = get(url, { agent: false });
  // What goes wrong later is told by reading.
  request.on('error', () => {});
  const [answer] = await once(request, 'response');
  return text(answer);
}

/** A counting that a route's requests do not reach: it is registered below the route, on a path, or not at all. */
function placeOfMiddleware({ files }: StepUnderTest, route: string): Partial<Finding> {
  if (!files.exists(APP) || !files.text(METRICS).includes('countRequests')) return {};
  const lines = files.text(APP).split('\n');
  const use = lines.findIndex((line) => /\.(use|all)\(.*\bcountRequests\b/.test(line));
  const handler = lines.findIndex((line) => line.includes(`.get('${route}'`));
  const isOnPath = /\.(use|all)\(\s*['"`]/.test(lines[use] ?? '');
  if (use >= 0 && !isOnPath && (handler < 0 || use < handler)) return {};
  const hints = {
    below:
      'Express asks its handlers in the order in which they are registered, and a route that responds hands nothing on. The counting stands above the routes that it counts.',
    path: 'With a path before it, a middleware sees only the requests below that path.',
    missing:
      'A middleware is called when it is registered: app.use(countRequests), above the routes.',
  };
  if (use < 0) return { where: files.find(APP, /countRequests/), hint: hints.missing };
  return { where: `${APP}:${use + 1}`, hint: isOnPath ? hints.path : hints.below };
}
