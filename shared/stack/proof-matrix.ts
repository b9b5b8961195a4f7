import type { TestCase } from 'vitest/node';

/** What is proven for each step, and which tests of it count. */
const COLUMNS: [string, RegExp][] = [
  ['starter fails', /> wrong > starter-untouched /],
  ['solution passes', /> the solution passes/],
  ['wrong answers', /> wrong > /],
  ['right answers', /> right > /],
  ['no idle check', /> every check is failed/],
];

/** Per step, how many of each kind were tried and how many held. Empty when no proof was run. */
export function proofMatrix(tests: TestCase[]): string[] {
  const steps = new Map<string, TestCase[]>();
  for (const test of tests) {
    const step = test.fullName.match(/^Proof of (\d+-\S+) >/)?.[1];
    if (step) steps.set(step, [...(steps.get(step) ?? []), test]);
  }
  if (steps.size === 0) return [];
  const rows = [...steps].sort().map(([step, own]) => [
    step,
    ...COLUMNS.map(([, pattern]) => {
      const tried = own.filter(({ fullName }) => pattern.test(fullName));
      const count = (state: string) => tried.filter((test) => test.result().state === state).length;
      const skipped = count('skipped') ? `, ${count('skipped')} skipped` : '';
      return tried.length ? `${count('passed')} of ${tried.length} held${skipped}` : 'not run';
    }),
  ]);
  const table = [['Proof', ...COLUMNS.map(([title]) => title)], ...rows];
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
