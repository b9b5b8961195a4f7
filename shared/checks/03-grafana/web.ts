import { BURST, UNIT } from '../../verify/expect/grafana/index.ts';
import { expectThat, fail, type StepUnderTest } from '../../verify/files/index.ts';
import { defineTopic } from '../../verify/runner/index.ts';
import { type Shown, seenIn } from './shown.ts';

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
      if (panels.some((panel) => byStatusCode(panel) === 'per second')) return;
      const count = panels.find((panel) => byStatusCode(panel) === 'count');
      fail({
        expected: `per second, one line for each status code: ${TRAFFIC}`,
        actual: count
          ? `"${count.panel.title}" shows how many, not how many per second`
          : 'no panel shows these lines',
        where: count?.panel.queries[0]?.where ?? endOf(panels),
        hint: 'rate() makes "per second" of a counter; sum by (a label) leaves one line for each value of that label.',
      });
    },
  },
  {
    id: 'web.errors',
    title: 'A panel shows the share of requests that failed',
    run: (step) => expectErrorRatio(ownPanels(step)),
  },
  {
    id: 'web.total',
    title: 'A panel shows how many requests were answered in total',
    run(step) {
      const panels = ownPanels(step);
      const { total } = seenIn(step);
      expectThat(
        panels.some((panel) => showsSum(panel, total)),
        {
          expected: 'the number of all requests since the app started',
          actual: 'no panel shows it',
          where: endOf(panels),
          hint: 'http_requests_total has one series for each method, route and status code. Their sum is all requests; rate() would say how many per second.',
        },
      );
    },
  },
  {
    id: 'web.memory',
    title: "A panel shows the app's memory",
    run(step) {
      const panels = ownPanels(step);
      expectThat(panels.some(showsMemory), {
        expected: 'the resident memory of the job web',
        actual: 'no panel shows it',
        where: endOf(panels),
        hint: 'The default metrics of step 1 have it: a metric whose name begins with process_ and ends with _bytes.',
      });
    },
  },
]);

export const ownPanels = (step: StepUnderTest): Shown[] =>
  seenIn(step).panels.filter(({ dashboard }) => dashboard.own);

const endOf = ([first]: Shown[]): string => first?.dashboard.where('panels') ?? '';

/** Of the known traffic, 3 of 10 requests failed. @throws CheckFailure that says what is shown instead */
function expectErrorRatio(panels: Shown[]): void {
  const right = panels.filter((panel) => showsShare(panel, 0.3));
  const misread = right.find((panel) => !isReadAs(panel, 0.3));
  expectThat(!misread, {
    expected: '0.3 with the unit percentunit, or 30 with the unit percent',
    actual: `the unit ${misread?.panel.unit} in "${misread?.panel.title}"`,
    where: misread?.panel.where('fieldConfig', 'defaults', 'unit') ?? '',
    hint: 'Grafana has two percent units: percentunit for shares from 0 to 1, and percent for 0 to 100.',
  });
  if (right.length > 0) return;
  const expected = `0.3, after ${TRAFFIC}`;
  const zero = panels.find((panel) => showsShare(panel, 0));
  expectThat(!zero, {
    expected,
    actual: `"${zero?.panel.title}" shows 0`,
    where: zero?.panel.queries[0]?.where ?? '',
    hint: 'A label that does not exist, or has another value, matches nothing, and `or vector(0)` makes 0 of nothing. Which labels are there? Ask for http_requests_total alone.',
  });
  const clients = panels.find((panel) => showsShare(panel, 0.4));
  const wrong = clients ?? panels.find((panel) => showsShare(panel, 0.5));
  const meaning = clients ? 'status 400 to 499 counts, too' : 'failed by successful ones';
  fail({
    expected,
    actual: wrong ? `"${wrong.panel.title}" shows something else: ${meaning}` : 'no panel shows it',
    where: wrong?.panel.queries[0]?.where ?? endOf(panels),
    hint: 'The error ratio is the rate of the requests with status 500 to 599, divided by the rate of all requests.',
  });
}

/** Within 10 %, because a scrape may fall into a burst. */
export const near = (value: number, wanted: number) => Math.abs(value - wanted) <= wanted / 10;

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Does it show the known traffic by status code, and then per second or as a count? */
function byStatusCode({ answers }: Shown): 'per second' | 'count' | undefined {
  const groups = new Map<string, number>();
  for (const [index, series] of answers.entries()) {
    for (const { labels, value } of series) {
      const key = labels.status_code ?? `query ${index}`;
      groups.set(key, (groups.get(key) ?? 0) + value);
    }
  }
  const values = [...groups.values()].filter((value) => value > 0).sort((a, b) => b - a);
  const wanted = Object.values(UNIT).sort((a, b) => b - a);
  const fits = wanted.every((share, index) =>
    near((values[index] ?? 0) / sum(values), share / sum(wanted)),
  );
  if (!fits || values.length !== wanted.length) return undefined;
  return sum(values) < BURST / 2 ? 'per second' : 'count';
}

/** Does one of its queries divide, and come to this share, as a ratio or in percent? */
function showsShare({ panel, answers }: Shown, share: number): boolean {
  return answers.some((series, index) => {
    const expression = panel.queries[index]?.expression.replaceAll(/"[^"]*"|'[^']*'/g, '') ?? '';
    const divides = /[/]|\bavg\b/.test(expression);
    return divides && series.some(({ value }) => near(value, share) || near(value, 100 * share));
  });
}

/** Does Grafana, with the panel's unit, draw this share as such, and not as a hundred times more or less? */
export function isReadAs({ panel, answers }: Shown, share: number): boolean {
  const misread = { percent: share, percentunit: 100 * share }[panel.unit];
  return !answers.flat().some(({ value }) => misread !== undefined && near(value, misread));
}

/** Do the series of one of its queries add up to this number? */
export const showsSum = ({ answers }: Shown, wanted: number): boolean =>
  answers.some((series) => Math.abs(sum(series.map(({ value }) => value)) - wanted) < 0.01);

/** Does it show the app's resident memory, in bytes, KiB, MiB, kB or MB? */
function showsMemory({ sharesOfMemory }: Shown): boolean {
  const units = [1, 1 / 1024, 1 / 1024 ** 2, 1e-3, 1e-6];
  return sharesOfMemory.some((share) => units.some((unit) => Math.abs(share / unit - 1) < 0.02));
}
