import { type Part, type Report, type Series, show, statistics } from './figures.ts';
import { whyNotQuiet } from './machine.ts';

/** A report with all that follows from it: what `--json` prints. */
export const complete = (report: Report, { goals }: Part) => ({
  ...report,
  quiet: whyNotQuiet(report.machine) === undefined,
  series: report.series.map((one) => ({ ...one, statistics: statistics(one.values) })),
  goals: goals.map(({ text, look }) => ({
    text,
    ...(look(report.series) ?? { seen: '–', held: null }),
  })),
});

/** The cells of a figure: how many runs, and the four statistics. */
export const cells = ({ values, unit }: Series): string[] => {
  const { min, median, p95, max } = statistics(values);
  return [`${values.length}`, ...[min, median, p95, max].map((value) => show(value, unit))];
};

/** What a terminal shows of a part. */
export function describePart(name: string, report: Report, part: Part): string {
  const { machine, series, notes, date } = report;
  const { processor, cores, memory, system, versions, load } = machine;
  const noise = whyNotQuiet(machine);
  const width = Math.max(...series.map((one) => one.name.en.length), 10);
  const row = ([first = '', ...rest]: string[]) =>
    `  ${first.padEnd(width)}${rest.map((cell) => cell.padStart(11)).join('')}`;
  return [
    `${name}: ${part.title.en}`,
    `  ${date}, ${processor}, ${cores} cores, ${memory.toFixed(0)} GB, ${system}, load average ${load.toFixed(2)}`,
    `  ${Object.entries(versions).flat().join(' ')}`,
    ...(noise ? [`  WARNING: not quiet: ${noise}`] : []),
    row(['', 'runs', 'min', 'median', 'p95', 'max']),
    ...series.map((one) => row([one.name.en, ...cells(one)])),
    ...notes.map((note) => `  ${note.en}`),
    ...part.goals.map(({ text, look }) => {
      const { held, seen = '–', worst } = look(series) ?? {};
      return `  ${held === undefined ? '· not measured' : held ? '✓ held' : '✗ not held'}: ${text.en}: ${seen}${worst ? ` (${worst.en})` : ''}`;
    }),
    '',
  ].join('\n');
}
