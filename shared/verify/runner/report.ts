import type { Finding } from '../files/index.ts';
import type { Result } from './run-checks.ts';

/** Columns of the report; it reads well on a projector and in a narrow terminal. */
const WIDTH = 80;

export interface Verdict {
  step: string;
  number: number;
  title: string;
  /** What was judged, as a path from the repository's root. */
  directory: string;
  /** Eight characters that change with any byte of any file. */
  contentHash: string;
  /** Every check was asked for, and none failed. */
  solved: boolean;
  passed: number;
  failed: number;
  /** Skipped and not run. */
  skipped: number;
  results: Result[];
  next: string;
}

export function headline({
  number,
  title,
  directory,
}: Pick<Verdict, 'number' | 'title' | 'directory'>) {
  return bothEnds(`Step ${number} · ${title}`, directory);
}

/** One check: a line, and, when it failed, what a learner needs to act. */
export function describeResult(result: Result): string {
  const { outcome, title, task, seconds, finding, reason, more, asBefore } = result;
  const end = task === undefined ? '' : `task ${task}`;
  if (outcome === 'passed')
    return bothEnds(`  ✓ ${title}`, asBefore ? 'as before' : `${seconds.toFixed(1)} s`);
  if (outcome === 'failed')
    return [bothEnds(`  ✗ ${title}`, end), ...alignedLines({ ...finding, more })].join('\n');
  const why = `      ${outcome}: ${reason}`;
  return [bothEnds(`  · ${title}`, end), why, ...alignedLines({ more })].join('\n');
}

/** Of a failed check, in this order; what is not there gives no line. */
function alignedLines(parts: Partial<Finding> & { more: string | undefined }): string[] {
  const { expected, actual, where, hint, more } = parts;
  return Object.entries({ expected, actual, where, hint, more }).flatMap(([name, text]) =>
    text === undefined
      ? []
      : `      ${name.padEnd(9)} ${text.trim().replaceAll('\n', `\n${' '.repeat(16)}`)}`,
  );
}

/** The last lines: counts, and the one next command. */
export function describeEnd({ passed, failed, skipped, next }: Verdict): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped\nnext: ${next}`;
}

function bothEnds(left: string, right: string): string {
  if (right === '') return left;
  return left + ' '.repeat(Math.max(2, WIDTH - left.length - right.length)) + right;
}
