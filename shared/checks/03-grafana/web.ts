import { readDashboards, UNIT } from '../../verify/expect/grafana/index.ts';
import { isSinceStart, unlike500 } from '../../verify/expect/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import {
  byStatusCode,
  expectOne,
  isReadAs,
  isRightSize,
  labelsLeft,
  queriesOfShare,
  queryOfManyJobs,
  showsMemory,
  showsSum,
} from './numbers.ts';
import { type Shown, seenIn } from './shown.ts';
import { calculationOf, expectWrittenAs, isOfNow } from './units.ts';

const TRAFFIC = Object.entries(UNIT)
  .map(([code, count]) => `${10 * count} % ${code}`)
  .join(', ');

/** The learner's own panels show the known traffic, however they are written. */
export const web = defineTopic({ kind: 'live', task: 4, needs: ['queries.data'] }, [
  {
    id: 'web.requests',
    title: 'A panel shows requests per second by status code',
    run(step) {
      const panels = ownPanels(step);
      const right = panels.filter((panel) => byStatusCode(panel) === 'per second');
      const count = panels.find((panel) => byStatusCode(panel) === 'count');
      expectThat(right.length > 0, {
        expected: `per second, one line for each status code: ${TRAFFIC}`,
        actual: count
          ? `"${count.panel.title}" shows how many, not how many per second`
          : 'no panel shows these lines',
        where: count?.panel.queries[0]?.where ?? endOf(step),
        hint: 'rate() makes "per second" of a counter; sum by (a label) leaves one line for each value of that label.',
      });
      const added = expectOne(right, isAddedUp, (shown) => ({
        expected: 'one line for each status code, whatever the method and the route',
        actual: `"${shown.panel.title}" tells lines apart by ${labelsLeft(shown).join(' and ')}, too`,
        where: shown.panel.queries[0]?.where ?? '',
        hint: 'With another route that succeeds there are two lines for 200. sum by (status_code) around rate() keeps that one label, and adds up the rest.',
      }));
      expectWrittenAs(step, 'requests', added);
    },
  },
  {
    id: 'web.errors',
    title: 'A panel shows the share of requests that failed',
    run: expectErrorRatio,
  },
  {
    id: 'web.total',
    title: 'A panel shows how many requests were answered in total',
    run(step) {
      const panels = ownPanels(step);
      const { total } = seenIn(step);
      const right = panels.filter((panel) => showsSum(panel, total));
      const finding = {
        expected: 'the number of all requests since the app started',
        hint: 'http_requests_total has one series for each method, route and status code. Their sum is all requests; rate() would say how many per second.',
      };
      expectThat(right.length > 0, {
        ...finding,
        actual: 'no panel shows it',
        where: endOf(step),
      });
      const added = expectOne(right, isAddedUp, (shown) => ({
        ...finding,
        actual: `"${shown.panel.title}" shows a number for each ${labelsLeft(shown).join(' and ')}, not their sum`,
        where: shown.panel.queries[0]?.where ?? '',
      }));
      const last = expectOne(added, isOfNow, ({ panel }) => ({
        ...finding,
        actual: `"${panel.title}" makes one number of many, by the calculation ${calculationOf(panel)}`,
        where: panel.where('options', 'reduceOptions', 'calcs'),
        hint: 'The panel asks for many points in time, and the calculation makes one number of them. Of a counter the last one counts: lastNotNull. "Total" adds up all points.',
      }));
      expectWrittenAs(step, 'total', last);
    },
  },
  {
    id: 'web.memory',
    title: "A panel shows the app's memory",
    run(step) {
      const panels = ownPanels(step);
      const right = panels.filter(showsMemory);
      expectThat(right.length > 0, {
        expected: 'the resident memory of the job web',
        actual: 'no panel shows it',
        where: endOf(step),
        hint: 'The default metrics of step 1 have it: a metric whose name begins with process_ and ends with _bytes.',
      });
      const alone = expectOne(
        right,
        (shown) => queryOfManyJobs(shown) === undefined,
        (shown) => ({
          expected: 'the resident memory of the job web alone',
          actual: `"${shown.panel.title}" shows that of other jobs, too`,
          where: queryOfManyJobs(shown)?.where ?? '',
          hint: 'Prometheus exports the same metric about itself, so a label must choose the job: {job="web"}.',
        }),
      );
      const fitting = expectWrittenAs(step, 'memory', alone);
      expectOne(fitting, isRightSize, ({ panel }) => ({
        expected: 'bytes with the unit bytes, or MiB with the unit mbytes',
        actual: `the unit ${panel.unit} in "${panel.title}"`,
        where: panel.where('fieldConfig', 'defaults', 'unit'),
        hint: 'The metric counts bytes, and Grafana writes them as KiB, MiB or GiB by itself. Divide it, or choose another unit, but only both together.',
      }));
    },
  },
]);

const ownPanels = (step: StepUnderTest): Shown[] =>
  seenIn(step).panels.filter(({ dashboard }) => dashboard.own);

/** Where panels stand, also while there are none. */
const endOf = (step: StepUnderTest): string =>
  readDashboards(step)
    .find(({ own }) => own)
    ?.where('panels') ?? '';

const isAddedUp = (shown: Shown): boolean => labelsLeft(shown).length === 0;

/** Of the known traffic, 3 of 10 requests failed. @throws CheckFailure that says what is shown instead */
function expectErrorRatio(step: StepUnderTest): void {
  const panels = ownPanels(step);
  const showing = (share: number) =>
    panels.filter((panel) => queriesOfShare(panel, share).length > 0);
  const right = showing(0.3);
  const misread = right.find((panel) => !isReadAs(panel, 0.3));
  expectThat(!misread, {
    expected: '0.3 with the unit percentunit, or 30 with the unit percent',
    actual: `the unit ${misread?.panel.unit} in "${misread?.panel.title}"`,
    where: misread?.panel.where('fieldConfig', 'defaults', 'unit') ?? '',
    hint: 'Grafana has two percent units: percentunit for shares from 0 to 1, and percent for 0 to 100.',
  });
  if (right.length > 0) {
    expectRatioOfRates(step, right);
    return;
  }
  const expected = `0.3, after ${TRAFFIC}`;
  const [zero] = showing(0);
  expectThat(!zero, {
    expected,
    actual: `"${zero?.panel.title}" shows 0`,
    where: zero?.panel.queries[0]?.where ?? '',
    hint: 'A label that does not exist, or has another value, matches nothing, and `or vector(0)` makes 0 of nothing. Which labels are there? Ask for http_requests_total alone.',
  });
  const [clients] = showing(0.4);
  const wrong = clients ?? showing(0.5)[0];
  const meaning = clients ? 'status 400 to 499 counts, too' : 'failed by successful ones';
  fail({
    expected,
    actual: wrong ? `"${wrong.panel.title}" shows something else: ${meaning}` : 'no panel shows it',
    where: wrong?.panel.queries[0]?.where ?? endOf(step),
    hint: 'The error ratio is the rate of the requests with status 500 to 599, divided by the rate of all requests.',
  });
}

/** @throws CheckFailure unless one of these would be right after any other traffic, too */
function expectRatioOfRates(step: StepUnderTest, panels: Shown[]): void {
  const queries = (shown: Shown) => queriesOfShare(shown, 0.3);
  const recent = expectOne(
    panels,
    (shown) => queries(shown).some(({ expression }) => !isSinceStart(expression)),
    (shown) => ({
      expected: 'failing requests per second, divided by all requests per second',
      actual: `"${shown.panel.title}" divides the counters themselves: the share since the app started`,
      where: queries(shown)[0]?.where ?? '',
      hint: 'A counter forgets nothing: days after an outage this share is still above 0, and a new one hardly moves it. rate() around each counter, as in step 2, speaks of the last minutes.',
    }),
  );
  const unlike = (shown: Shown) => queries(shown).map(({ expression }) => unlike500(expression));
  const complete = expectOne(
    recent,
    (shown) => unlike(shown).some((status) => status === undefined),
    (shown) => ({
      expected: 'every status from 500 to 599 counts as a failure',
      actual: `500 and ${unlike(shown)[0]} do not count alike in "${shown.panel.title}"`,
      where: queries(shown)[0]?.where ?? '',
      hint: 'Today the app fails with 500 only. A proxy before it, or its next version, answers 502 or 503: status_code=~"5.." chooses all of them.',
    }),
  );
  expectWrittenAs(step, 'errors', complete);
}
