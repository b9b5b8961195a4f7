import { existsSync } from 'node:fs';
import type { Verdict } from './report.ts';
import type { Result } from './run-checks.ts';
import type { StepUnderTest } from './step-under-test.ts';
import { STEPS } from './steps.ts';

/** Counts the results and names the one next command. */
export function verdictOf(
  about: Pick<Verdict, 'step' | 'number' | 'title' | 'directory'>,
  results: Result[],
  { files }: StepUnderTest,
): Verdict {
  const count = (...outcomes: Result['outcome'][]) =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const solved = count('failed') === 0;
  return {
    ...about,
    contentHash: existsSync(files.directory) ? files.contentHash() : '',
    solved,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped', 'not run'),
    results,
    next: solved ? afterSolving(about.number) : whileUnsolved(about.number),
  };
}

function afterSolving(number: number): string {
  const following = STEPS[number];
  return following ? `open steps/${following}/README.md` : 'npm run demo';
}

function whileUnsolved(number: number): string {
  const hints = `steps/${STEPS[number - 1]}/hints.md`;
  return `mend what is named above, save, and run  npm run verify:step-${number}   (stuck? read ${hints})`;
}
