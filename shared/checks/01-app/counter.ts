// The counter http_requests_total.
import { setTimeout as pause } from 'node:timers/promises';
import { parseMetrics, type Sample } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { type Answer, askApp, scrapeApp, tryInTime } from './ask-app.ts';
import { failByAnswer } from './explain.ts';
import { expectGrowth, expectPatterns, expectSteady } from './growth.ts';
import { APP, METRICS } from './paths.ts';
import { computeGrowth, countRequests, expectCounter, requestSeries } from './request-counter.ts';

/** Where so many new series come from, after 150 addresses like /WORD and 150 like /?WORD. */
const ORIGIN: Record<number, string> = {
  150: ': one for each of the 150 addresses like /WORD; the other 150 are like /?WORD',
  300: ': one for each address, 150 like /WORD and 150 like /?WORD',
};

/** Where a program reads what was typed. */
const TYPED = /\b(req|request)\.(path|url|originalUrl)\b/;

const SLOW = { method: 'GET', route: '/slow', status_code: '200' };

export const counter = defineTopic({ kind: 'live', task: 6, needs: ['counter.counts'] }, [
  {
    id: 'counter.counts',
    title: 'http_requests_total grows by one with each answered request',
    needs: ['metrics.content-type'],
    async run(step) {
      const before = await scrapeApp(step);
      for (const path of ['/', '/', '/', '/fail', '/fail']) await askApp(step, path);
      const { body } = await askApp(step, '/metrics');
      expectCounter(step, body);
      const after = await scrapeApp(step);
      await expectSteady(step, parseMetrics(body), after);
      const isAlive = !/^process_cpu/m.test(body) || body !== (await askApp(step, '/metrics')).body;
      expectThat(isAlive, {
        expected: 'another text in each scrape: at least the CPU time has grown',
        actual: 'the same text, to the letter',
        where: step.files.find(APP, /\.metrics\(\)/),
        hint: 'register.metrics() writes down what the numbers are now. A text that is kept is a moment that never ends.',
      });
      const get = { method: 'GET' };
      await expectGrowth(step, before, after, { ...get, route: '/', status_code: '200' }, 3);
      await expectGrowth(step, before, after, { ...get, route: '/fail', status_code: '500' }, 2);
    },
  },
  {
    id: 'counter.after-answer',
    title: 'A request is counted when it is answered, not when it arrives',
    async run(step) {
      const { before, during } = await tryInTime(() => lookWhileSlow(step));
      if (!during)
        fail({
          expected: 'GET /slow to wait a second, so that /metrics can be looked at meanwhile',
          actual: 'its answer came before that of /metrics, 5 times',
          where: step.files.find(APP, /['"`]\/slow['"`]/),
          hint: 'The lesson starts with a route that waits a second. If yours does, this machine is too busy to tell: try again.',
        });
      const early = countRequests(during, SLOW) - countRequests(before, SLOW);
      expectThat(early === 0, {
        expected: 'no change while GET /slow still waits for its answer',
        actual: `${early} more`,
        where: step.files.find(METRICS, /\.inc\(/),
        hint: "The route and the status code are known only at the end. The response's event finish says when that is.",
      });
      await expectGrowth(step, before, await scrapeApp(step), SLOW, 1);
    },
  },
  {
    id: 'counter.scrapes',
    title: 'Scrapes and health checks are not counted as traffic',
    task: 8,
    async run(step) {
      const before = await scrapeApp(step);
      for (let times = 0; times < 5; times++) await scrapeApp(step);
      for (let times = 0; times < 5; times++) await askApp(step, '/healthz');
      const grown = computeGrowth(before, await scrapeApp(step)).map(({ series }) => series);
      expectThat(grown.length === 0, {
        expected: 'no change after 5 scrapes and 5 health checks',
        actual: `growth of ${grown.sort().join(' and ')}`,
        where: step.files.find(APP, /\.use\(countRequests|\.use\(/),
        hint: 'Express runs handlers in the order they are registered: what answers before the counting is not counted.',
      });
    },
  },
  {
    id: 'labels.bounded',
    title: '300 random addresses make at most one series more',
    task: 7,
    async run(step) {
      await askApp(step, '/');
      const before = await scrapeApp(step);
      expectPatterns(step, before);
      let otherwise: Answer | undefined;
      // Ten at a time, as busy visitors would.
      const visitors = Array.from({ length: 10 }, async () => {
        for (let times = 0; times < 15; times++) {
          const word = Math.random().toString(36).slice(2);
          const answer = await askApp(step, `/${word}`);
          if (answer.status !== 404) otherwise ??= answer;
          await askApp(step, `/?${word}`);
        }
      });
      await Promise.all(visitors);
      if (otherwise)
        await failByAnswer(step, otherwise, '404 to an address that no route has', {
          where: step.files.find(APP, /\b404\b/),
          hint: 'The lesson starts with a handler that answers what no route has answered.',
        });
      const after = await scrapeApp(step);
      const added = requestSeries(after).length - requestSeries(before).length;
      expectThat(added <= 1, {
        expected: 'at most one series more, labelled route="unmatched"',
        actual: `${added} series more${ORIGIN[added] ?? ''}`,
        where: step.files.find(METRICS, TYPED),
        hint: 'Prometheus keeps one series for each combination of label values. Label with the pattern of the matched route, and everything else with one fixed word.',
      });
      const otherWord = computeGrowth(before, after).find(
        ({ series }) => series.includes('="404"') && !series.includes('route="unmatched"'),
      );
      expectThat(!otherWord, {
        expected: 'route="unmatched" where no route has matched',
        actual: otherWord?.series ?? '',
        where: step.files.find(METRICS, /\b(req|request)\.route\b/),
        hint: 'A request that no route has matched has no req.route. Its label is one fixed word: unmatched.',
      });
      const unmatched = { method: 'GET', route: 'unmatched', status_code: '404' };
      await expectGrowth(step, before, after, unmatched, 150);
      await expectPatternOnly(step, after);
    },
  },
]);

/** Express matches /FAIL with the route /fail, unless it is told not to. @throws CheckFailure when that makes a series */
async function expectPatternOnly(step: StepUnderTest, before: Sample[]): Promise<void> {
  await askApp(step, '/FAIL');
  const grown = computeGrowth(before, await scrapeApp(step));
  const own = grown.find(({ series }) => series.includes('route="/FAIL"'));
  expectThat(!own, {
    expected: 'route="/fail", the pattern, for GET /FAIL too',
    actual: own?.series ?? '',
    where: step.files.find(METRICS, TYPED),
    hint: 'req.path is what the client typed, and each spelling is a series of its own. The pattern is req.route.path.',
  });
}

/**
 * Asks for /slow.
 *
 * @returns the samples before it, and the last ones that came while it still waited; late when there are none of these
 */
async function lookWhileSlow(step: StepUnderTest) {
  const before = await scrapeApp(step);
  let during: Sample[] | undefined;
  let answered = false;
  const answer = askApp(step, '/slow').finally(() => {
    answered = true;
  });
  // What goes wrong with it is said below; until then nobody listens.
  answer.catch(() => {});
  while (!answered) {
    const seen = await scrapeApp(step);
    await pause(50);
    if (!answered) during = seen;
  }
  await answer;
  return { before, during, isLate: during === undefined };
}
