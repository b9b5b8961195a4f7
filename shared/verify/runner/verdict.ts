import { existsSync } from 'node:fs';
import type { StepUnderTest } from '../files/index.ts';
import type { Result } from './run-checks.ts';
import { STEPS } from './steps.ts';

/** Which folder is judged as which step. */
export interface Subject {
  step: string;
  number: number;
  title: string;
  /** As a path from the current folder. */
  directory: string;
}

export interface Verdict extends Subject {
  /** Eight characters that change with any byte of any file. */
  contentHash: string;
  /** Every check was asked for, and none failed. */
  solved: boolean;
  passed: number;
  failed: number;
  /** Skipped and not run. */
  skipped: number;
  results: Result[];
  /** The one next command. */
  next: string;
}

/** @param complete false when only a part of the checks was asked for; nobody has solved a step by that */
export function summarize(
  subject: Subject,
  results: Result[],
  { files }: StepUnderTest,
  complete: boolean,
): Verdict {
  const count = (...outcomes: Result['outcome'][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const failed = count('failed');
  const isThere = existsSync(files.directory);
  return {
    ...subject,
    contentHash: isThere ? files.contentHash() : '',
    solved: failed === 0 && complete,
    passed: count('passed'),
    failed,
    skipped: count('skipped', 'not run'),
    results,
    next: nextCommand(subject.number, failed, complete, isThere ? files.todo() : undefined),
  };
}

function nextCommand(number: number, failed: number, complete: boolean, todo?: string): string {
  const verify = `npm run verify:step-${number}`;
  if (failed > 0)
    return `fix what is named above, save, and run  ${verify}   (stuck? npm run hint ${number})`;
  if (complete) return STEPS[number] ? `open steps/${STEPS[number]}/README.md` : 'npm run demo';
  return todo ? `${verify}   (${todo} still has a TODO, which only this one judges)` : verify;
}
