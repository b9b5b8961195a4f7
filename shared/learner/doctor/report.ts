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
    next: first ? `${first.fix}   (then again: npm run doctor)` : 'npm run demo',
  };
}

const MARKS = { ok: '✓', warning: '!', problem: '✗', unknown: '·' };

export function describeReport({ findings, counts, next }: Report): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  const lines = findings.map((finding) => describe(finding, width));
  return ['This machine', ...lines, describeCounts(counts), `next: ${next}`].join('\n');
}

function describe({ title, state, seen, fix, more }: Finding, width: number): string {
  if (state === 'ok') return `  ${MARKS.ok} ${title.padEnd(width)}  ${seen}`;
  const head = `  ${MARKS[state]} ${title}`;
  const what = state === 'unknown' ? `not known: ${seen}` : line('seen', seen);
  const rest = Object.entries({ fix, more }).flatMap(([name, text]) =>
    text ? line(name, text) : [],
  );
  return [head, what, ...rest].join('\n      ');
}

const line = (name: string, text: string): string =>
  `${name.padEnd(9)} ${text.replaceAll('\n', `\n${' '.repeat(16)}`)}`;

const describeCounts = ({ ok, warning, problem, unknown }: Report['counts']): string =>
  [`${ok} ok`, plural(warning, 'warning'), plural(problem, 'problem'), `${unknown} unknown`].join(
    ', ',
  );

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
