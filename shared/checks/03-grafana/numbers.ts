// What a panel shows, compared with the known traffic.
import { BURST, type Panel, records, UNIT } from '../../verify/expect/grafana/index.ts';
import { withoutTexts } from '../../verify/expect/index.ts';
import { type Finding, fail } from '../../verify/files/index.ts';
import type { Shown } from './shown.ts';

/** Those that are as they must be. @throws CheckFailure about the first one when there are some, and none is */
export function expectOne<Shown>(
  panels: Shown[],
  isRight: (shown: Shown) => boolean,
  finding: (shown: Shown) => Finding,
): Shown[] {
  const right = panels.filter(isRight);
  const [first] = panels;
  if (first && right.length === 0) fail(finding(first));
  return right;
}

/** Within 10 %, because a scrape may fall into a burst. */
export const near = (value: number, wanted: number) => Math.abs(value - wanted) <= wanted / 10;

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Does it show the known traffic by status code, and then per second or as a count? A line for all may stand beside it. */
export const byStatusCode = ({ answers }: Shown): 'per second' | 'count' | undefined =>
  [answers, ...answers.map((_, index) => answers.toSpliced(index, 1))]
    .map(codesIn)
    .find((it) => it !== undefined);

function codesIn(answers: Shown['answers']): 'per second' | 'count' | undefined {
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

/** Labels of the app, the status code aside, that still tell its lines apart; none where Grafana itself puts lines together. */
export const labelsLeft = ({ panel, answers }: Shown): string[] =>
  records(panel.value.transformations).length > 0
    ? []
    : ['method', 'route'].filter((name) => answers.flat().some(({ labels }) => name in labels));

/** Its queries that divide, and come to this share, as a ratio or in percent. */
export const queriesOfShare = ({ panel, answers }: Shown, share: number): Panel['queries'] =>
  panel.queries.filter(({ expression }, index) => {
    const divides = /[/]|\bavg\b/.test(withoutTexts(expression));
    const values = answers[index]?.map(({ value }) => value) ?? [];
    return divides && values.some((value) => near(value, share) || near(value, 100 * share));
  });

/** Does Grafana, with the panel's unit, draw this share as such, and not as a hundred times more or less? */
export function isReadAs({ panel, answers }: Shown, share: number): boolean {
  const misread = { percent: share, percentunit: 100 * share }[panel.unit];
  return !answers.flat().some(({ value }) => misread !== undefined && near(value, misread));
}

/** Do the series of one of its queries add up to this number? */
export const showsSum = ({ answers }: Shown, wanted: number): boolean =>
  answers.some((series) => Math.abs(sum(series.map(({ value }) => value)) - wanted) < 0.01);

/** What Grafana calls multiples of a byte, and how many bytes they are. */
const BYTES: Record<string, number> = {
  ...{ bytes: 1, kbytes: 1024, mbytes: 1024 ** 2, gbytes: 1024 ** 3 },
  ...{ decbytes: 1, deckbytes: 1e3, decmbytes: 1e6, decgbytes: 1e9 },
};

/** Does it show the app's resident memory, in bytes or a multiple of them? */
export const showsMemory = ({ sharesOfMemory }: Shown): boolean =>
  sharesOfMemory.some((share) =>
    Object.values(BYTES).some((bytes) => Math.abs(share * bytes - 1) < 0.02),
  );

/** Does Grafana, with the panel's unit, draw the memory as large as it is? */
export const isRightSize = ({ panel, sharesOfMemory }: Shown): boolean => {
  const bytes = BYTES[panel.unit];
  return !bytes || sharesOfMemory.some((share) => Math.abs(share * bytes - 1) < 0.1);
};

/** Its last query, where they return the app's series and those of other jobs; none where Grafana leaves some out. */
export function queryOfManyJobs({ panel, answers }: Shown): Panel['queries'][number] | undefined {
  const jobs = new Set(answers.flat().map(({ labels }) => labels.job));
  jobs.delete(undefined);
  const isChosen = records(panel.value.transformations).length > 0;
  return !isChosen && jobs.has('web') && jobs.size > 1
    ? panel.queries.findLast((_, index) =>
        answers[index]?.some(({ labels }) => labels.job && labels.job !== 'web'),
      )
    : undefined;
}
