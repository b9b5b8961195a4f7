import type { Finding } from '../lessons/index.ts';
import { stepNumber } from '../verify/index.ts';
import type { Step } from './lesson-minutes.ts';
import type { Agenda, Minutes } from './minutes.ts';

/** One line of an agenda: `| 0:15 | 45 | [Step 2](…/02-prometheus/README.md) … |`. */
interface Row {
  /** 1-based. */
  line: number;
  /** Minutes since the beginning. */
  at: number;
  minutes: number;
  text: string;
}

/** Do the agendas of a page begin each row when the last one ends, and give each step the minutes that are planned? */
export function checkAgenda(file: string, page: string | undefined, minutes: Minutes): Finding[] {
  if (page === undefined) {
    if (file.includes('zh-TW')) return []; // That a translation is missing is said elsewhere.
    return [{ file, line: 1, problem: 'this page is missing', remedy: 'write it' }];
  }
  const tables = page.split(/^(?=## )/m).map((section, index, all) => {
    const before = all.slice(0, index).join('').split('\n').length - 1;
    return rowsOf(section, before);
  });
  const agendas = tables.filter((rows) => rows.length > 0);
  if (agendas.length !== minutes.agendas.length) {
    const problem = `${agendas.length} agendas here, ${minutes.agendas.length} in docs/instructor/minutes.yaml`;
    return [{ file, line: 1, problem, remedy: 'add what is missing, in the same order' }];
  }
  return minutes.agendas.flatMap((agenda, index) =>
    checkRows(file, agendas[index] ?? [], agenda, minutes),
  );
}

function checkRows(file: string, rows: Row[], agenda: Agenda, { steps }: Minutes): Finding[] {
  const findings: Finding[] = [];
  const report = (line: number, problem: string, remedy: string) =>
    findings.push({ file, line, problem: `${agenda.name}: ${problem}`, remedy });

  let end = 0;
  for (const { line, at, minutes } of rows) {
    if (at !== end)
      report(line, `this row begins at ${clock(at)}`, `the one before ends at ${clock(end)}`);
    end = at + minutes;
  }
  const last = rows.at(-1)?.line ?? 1;
  const sum = rows.reduce((all, { minutes }) => all + minutes, 0);
  if (sum !== agenda.total)
    report(
      last,
      `the rows take ${sum} minutes`,
      `give them ${agenda.total}, or change docs/instructor/minutes.yaml`,
    );

  for (const [id, { planned }] of Object.entries(steps)) {
    const own = rows.filter(({ text }) => text.includes(`/${id}/`));
    const said = own.reduce((all, { minutes }) => all + minutes, 0);
    const given = agenda.steps[id] ?? 0;
    const wanted = given === 'full' ? planned : given;
    if (said !== wanted)
      report(
        own[0]?.line ?? last,
        `${id} has ${said} minutes`,
        `give it ${wanted}, or change docs/instructor/minutes.yaml`,
      );
  }
  return findings;
}

function rowsOf(section: string, linesBefore: number): Row[] {
  return section.split('\n').flatMap((text, index) => {
    const [, hours, past, minutes] = text.match(/^\| (\d+):(\d\d) \| (\d+) \|/) ?? [];
    if (minutes === undefined) return [];
    const at = Number(hours) * 60 + Number(past);
    return { line: linesBefore + index + 1, at, minutes: Number(minutes), text };
  });
}

const clock = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;

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
