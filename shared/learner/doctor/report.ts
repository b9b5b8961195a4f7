import { explanation, localized, localizedPage, padColumns } from '../../language.ts';
import type { Finding } from './finding.ts';

export interface Report {
  /** True when there is no problem; warnings and unknowns do not count. */
  ok: boolean;
  counts: Record<Finding['state'], number>;
  findings: Finding[];
  next: string;
}

export function reportOf(findings: Finding[]): Report {
  const count = (wanted: Finding['state']) =>
    findings.filter(({ state }) => state === wanted).length;
  const counts = {
    ok: count('ok'),
    warning: count('warning'),
    problem: count('problem'),
    unknown: count('unknown'),
  };
  const first = findings.find(({ state }) => state === 'problem');
  return {
    ok: first === undefined,
    counts,
    findings,
    next: first
      ? `${first.fix}   ${localized('(then again: npm run doctor)', '（然後再執行：npm run doctor）')}`
      : 'npm run demo',
  };
}

const MARKS = { ok: '✓', warning: '!', problem: '✗', unknown: '·' };

export function describeReport({ findings, counts, next }: Report): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  const lines = findings.map((finding) => describe(finding, width));
  return [
    localized('This machine', '這台機器'),
    ...lines,
    describeCounts(counts),
    `next: ${next}`,
  ].join('\n');
}

function describe({ title, state, seen, fix, more }: Finding, width: number): string {
  if (state === 'ok') return `  ${MARKS.ok} ${title.padEnd(width)}  ${seen}`;
  const head = `  ${MARKS[state]} ${title}`;
  const what =
    state === 'unknown' ? localized(`not known: ${seen}`, `無法得知：${seen}`) : line('seen', seen);
  const lines = { 說明: explanation(more), fix, more: more && localizedPage(more) };
  const rest = Object.entries(lines).flatMap(([name, text]) => (text ? line(name, text) : []));
  return [head, what, ...rest].join('\n      ');
}

const line = (name: string, text: string): string =>
  `${padColumns(name, 9)} ${text.replaceAll('\n', `\n${' '.repeat(16)}`)}`;

const describeCounts = ({ ok, warning, problem, unknown }: Report['counts']): string =>
  localized(
    `${ok} ok, ${plural(warning, 'warning')}, ${plural(problem, 'problem')}, ${unknown} unknown`,
    `正常 ${ok}，警告 ${warning}，問題 ${problem}，無法得知 ${unknown}`,
  );

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
