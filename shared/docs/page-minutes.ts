import type { Finding } from '../lessons/index.ts';
import { stepNumber } from '../verify/index.ts';
import type { Step } from './lesson-minutes.ts';
import type { Minutes } from './minutes.ts';

/** Rows of a table that link to a lesson end in its minutes, a row that links to none in their sums. */
export function checkTable(file: string, text: string | undefined, { steps }: Minutes): Finding[] {
  const columns = (some: Step[]) =>
    [
      some.map(({ reading }) => reading),
      some.map(({ typing }) => typing),
      some.map(({ planned }) => planned),
    ].map((minutes) => minutes.reduce((sum, more) => sum + more, 0));
  return (text ?? '').split('\n').flatMap((row, index) => {
    const said = row.match(/(\| *\d+ *)+\|$/)?.[0].match(/\d+/g) ?? [];
    const own = Object.entries(steps).filter(([id]) => row.includes(`/${id}/`));
    const of = own.length > 0 ? own.map(([, step]) => step) : Object.values(steps);
    // A table with one number in each row says what is planned.
    return differ(file, index + 1, said, columns(of).slice(columns(of).length - said.length));
  });
}

/** What `npm run workshop` prints: `  · 1  A service that can be measured   40 min  not begun`. */
export function checkOverview(
  file: string,
  text: string | undefined,
  { steps }: Minutes,
): Finding[] {
  return (text ?? '').split('\n').flatMap((row, index) => {
    const [, number, said] = row.match(/^ {2}\S +(\d+) {2}.* (\d+) min {2}/) ?? [];
    const step = Object.entries(steps).find(([id]) => stepNumber(id) === Number(number))?.[1];
    return said && step ? differ(file, index + 1, [said], [step.planned]) : [];
  });
}

function differ(file: string, line: number, said: string[], wanted: number[]): Finding[] {
  if (said.join() === wanted.join()) return [];
  const problem = `${said.join(', ')} minutes here, ${wanted.join(', ')} by the lessons`;
  return [
    {
      file,
      line,
      problem,
      remedy: `write ${wanted.join(', ')}, or change the lesson`,
    },
  ];
}
