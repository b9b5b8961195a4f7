import type { Finding } from '../files/index.ts';
import type { Result } from './run-checks.ts';
import type { Verdict } from './verdict.ts';
import type { VerifyEvent } from './verify.ts';

/** Columns of the report; it reads well on a projector and in a narrow terminal. */
const WIDTH = 80;

/** What a learner reads of one event. */
export function describeEvent(event: VerifyEvent): string {
  if ('start' in event) return headline(event.start);
  if ('result' in event) return describeResult(event.result);
  return 'verdict' in event ? describeEnd(event.verdict) : event.notice;
}

const headline = ({ number, title, directory }: Pick<Verdict, 'number' | 'title' | 'directory'>) =>
  bothEnds(`Step ${number} · ${title}`, directory);

/** One check: a line, and, when it failed, what a learner needs to act. */
export function describeResult(result: Result): string {
  const { outcome, title, task, seconds, finding, reason, more, cached } = result;
  const end = task === undefined ? '' : `task ${task}`;
  if (outcome === 'passed')
    return bothEnds(`  ✓ ${title}`, cached ? 'as before' : `${seconds.toFixed(1)} s`);
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
const describeEnd = ({ passed, failed, skipped, next }: Verdict): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped\nnext: ${next}`;

function bothEnds(left: string, right: string): string {
  if (right === '') return left;
  return left + ' '.repeat(Math.max(2, WIDTH - left.length - right.length)) + right;
}
