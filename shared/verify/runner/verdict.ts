import { existsSync } from 'node:fs';
import type { StepUnderTest } from '../files/index.ts';
import type { Verdict } from './report.ts';
import type { Result } from './run-checks.ts';
import { STEPS } from './steps.ts';

/**
 * Counts the results and names the one next command.
 *
 * @param complete false when only a part of the checks was asked for; nobody has solved a step by that
 */
export function verdictOf(
  about: Pick<Verdict, 'step' | 'number' | 'title' | 'directory'>,
  results: Result[],
  { files }: StepUnderTest,
  complete: boolean,
): Verdict {
  const count = (...outcomes: Result['outcome'][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const failed = count('failed');
  const solved = failed === 0 && complete;
  return {
    ...about,
    contentHash: existsSync(files.directory) ? files.contentHash() : '',
    solved,
    passed: count('passed'),
    failed,
    skipped: count('skipped', 'not run'),
    results,
    next:
      failed > 0
        ? whileUnsolved(about.number)
        : afterPassing(
            about.number,
            complete,
            existsSync(files.directory) ? files.todo() : undefined,
          ),
  };
}

function afterPassing(number: number, complete: boolean, todo: string | undefined): string {
  const left = todo ? `   (${todo} still has a TODO, which only this one judges)` : '';
  if (!complete) return `npm run verify:step-${number}${left}`;
  const following = STEPS[number];
  return following ? `open steps/${following}/README.md` : 'npm run demo';
}

function whileUnsolved(number: number): string {
  return `mend what is named above, save, and run  npm run verify:step-${number}   (stuck? npm run hint ${number})`;
}
