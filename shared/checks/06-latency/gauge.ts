// The gauge http_requests_in_progress, and the series that begin at 0.
import { expectThat } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { describeSeries } from '../01-app/request-counter.ts';
import { type AppRun, HANGING_UP, readAppRun, WAITING } from './app-run.ts';
import { findInApp, GAUGE, gaugeOf, HISTOGRAM, seriesOf, sumOf } from './series.ts';

const MOVED = /\b(\w*(progress|flight|active|gauge)\w*)\.(inc|dec|set)\(/i;

export const gauge: Check[] = defineTopic({ kind: 'local', task: 2, needs: ['gauge.waits'] }, [
  {
    id: 'gauge.there',
    title: `The app has a gauge ${GAUGE}`,
    needs: ['app.answers'],
    async run(step) {
      const { page } = await readAppRun(step);
      const type = page.match(new RegExp(`^# TYPE ${GAUGE} (\\w+)`, 'm'))?.[1];
      const [, similar] = page.match(/^# TYPE (http_\w*(?:progress|flight|active)\w*) /m) ?? [];
      expectThat(type === 'gauge', {
        expected: `${GAUGE} on /metrics, of the type gauge`,
        actual: type ? `of the type ${type}` : (similar ?? 'no such metric'),
        where: findInApp(step.files, new RegExp(`${similar ?? GAUGE}|new \\w*Gauge`)),
        hint: 'A gauge is a number that may rise and fall, as the requests under way do. new Gauge({ name, help }) makes one, once, outside of any function.',
      });
    },
  },
  {
    id: 'gauge.waits',
    title: 'It shows how many requests wait, and 0 when all have their answer',
    needs: ['gauge.there'],
    async run(step) {
      const run = await readAppRun(step);
      const { fresh, known, waiting } = run;
      const where = findInApp(step.files, MOVED);
      const idle = gaugeOf(fresh) ?? 0;
      const after = gaugeOf(known[1]) ?? 0;
      expectThat(idle === 0 && after === 0, {
        expected: `${GAUGE} 0 before the first request, and 0 when all have their answer`,
        actual: idle === 0 ? `${after} when all have their answer` : `${idle} before the first`,
        where,
        hint:
          after < 0
            ? 'It is lowered more often than it is raised. An answered request ends with finish and then with close: listen to one of them.'
            : 'Raise it when a request arrives, and lower it once when the response has ended.',
      });
      expectOneOfAll(run, where);
      expectThat(gaugeOf(waiting) === WAITING, {
        expected: `${GAUGE} ${WAITING} while ${WAITING} requests wait`,
        actual: `${gaugeOf(waiting)}`,
        where,
        hint: 'Raise it when a request arrives, and lower it when its response has ended. next() returns long before: a handler that waits has only begun by then.',
      });
    },
  },
  {
    id: 'gauge.hang-up',
    title: 'It falls when a client hangs up',
    async run(step) {
      const { hungUp } = await readAppRun(step);
      const value = gaugeOf(hungUp);
      expectThat(value === WAITING - HANGING_UP, {
        expected: `${WAITING - HANGING_UP} when ${HANGING_UP} of ${WAITING} clients have hung up`,
        actual: `${value}`,
        where: findInApp(step.files, /\.dec\(/),
        hint: 'A response that nobody waits for never finishes, and the gauge would climb for ever. The event close comes in any case, and once.',
      });
    },
  },
]);

/** @throws CheckFailure when it is lowered with other labels than it was raised with, or has a series for each address */
function expectOneOfAll({ hungUp, known: [, after], strange }: AppRun, where: string): void {
  const left = seriesOf(after, GAUGE).find(({ value }) => value !== 0);
  expectThat(!left, {
    expected: `every series of ${GAUGE} 0 when all have their answer`,
    actual: `${GAUGE}${describeSeries(left?.labels ?? {})} ${left?.value}`,
    where,
    hint: 'The route and the status are known only at the end, so what is raised with them is another series than what is lowered. How many wait is one number: it needs no labels.',
  });
  const added = seriesOf(strange, GAUGE).length - seriesOf(hungUp, GAUGE).length;
  expectThat(added <= 1, {
    expected: 'at most one series more after random addresses',
    actual: `${added} more`,
    where,
    hint: 'Each combination of label values is a series, and stays until the process ends. How many wait is one number: it needs no labels.',
  });
}

/** Where a failure may come first. */
const ROUTES = ['/', '/slow', '/fail', '/work'];

export const zeroSeries: Check[] = defineTopic({ kind: 'local', task: 3 }, [
  {
    id: 'series.zero',
    title: 'Every route has its series at 0, for 200 and 500, before the first request',
    needs: ['histogram.counts', 'counter.still-counts'],
    async run(step) {
      const { fresh } = await readAppRun(step);
      for (const name of ['http_requests_total', `${HISTOGRAM}_count`])
        for (const route of ROUTES)
          for (const status_code of ['200', '500']) {
            const value = sumOf(fresh, name, { method: 'GET', route, status_code });
            const similar = seriesOf(fresh, name).find(
              ({ labels }) => labels.route === route && labels.status_code === status_code,
            );
            expectThat(value === 0, {
              expected: `${name}{method="GET",route="${route}",status_code="${status_code}"} 0 before the first request`,
              actual: similar
                ? `${describeSeries(similar.labels)} ${similar.value}`
                : 'no such series',
              where: findInApp(step.files, /\.zero\(|\.inc\([^)]*,\s*0\s*\)/),
              hint: 'increase() and rate() compare samples, so they see no series being born: the first failure of a process would count for nothing. inc(labels, 0) begins a counter, zero(labels) a histogram.',
            });
          }
    },
  },
]);
