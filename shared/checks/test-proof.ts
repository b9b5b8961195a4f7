import { describe, it } from 'vitest';
import { build } from '../lessons/index.ts';
import { ROOT } from '../root.ts';
import {
  describeResult,
  findStep,
  loadDefinition,
  STEPS,
  stepNumber,
  verify,
} from '../verify/index.ts';
import type { Result } from '../verify/runner/index.ts';
import { type Answer, layOut, readFixtures } from './fixtures.ts';

/** A step's own program may need seconds of computing, and the machine may be busy. */
const LIMIT_MS = 240_000;

/** The numbers of all steps. */
export const stepNumbers = (): number[] => STEPS.map(stepNumber);

/** Registers the proof for one step: each named answer gets exactly the verdict recorded beside it. */
export function proveAnswers(step: number, { live }: { live: boolean }): void {
  const ofThisKind = (answer: Answer) => answer.live === live;

  const wrong = readFixtures(step, 'wrong').filter(ofThisKind);
  const right = readFixtures(step, 'right').filter(ofThisKind);

  // All suites side by side, so that none waits for the slowest answer of another.
  describe.concurrent(`Proof of step ${step}`, () => {
    describe.skipIf(wrong.length === 0)('wrong', () => {
      it.concurrent.for(byName(wrong))(
        'When the answer is %s, then it gets its exact message',
        { timeout: LIMIT_MS },
        async ([name, answer], { expect, skip }) => {
          const results = await judge(answer);
          const unavailable = results.find(({ outcome }) => outcome === 'skipped');
          if (answer.requires && unavailable) skip(unavailable.reason);

          expect(idsOf(results, 'failed')).toEqual(answer.fails);
          await expect(asLearnersSeeIt(results)).toMatchFileSnapshot(
            `./${findStep(step)}/wrong/${name}.txt`,
          );
        },
      );
    });

    describe.skipIf(right.length === 0)('right', () => {
      it.concurrent.for(byName(right))(
        'When the answer is %s, then it passes',
        { timeout: LIMIT_MS },
        async ([, answer], { expect }) => {
          const results = await judge(answer);

          expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
          expect(idsOf(results, 'passed').length).toBeGreaterThan(1);
        },
      );
    });
  });
}

const byName = (answers: Answer[]) => answers.map((answer) => [answer.name, answer] as const);

const idsOf = (results: Result[], outcome: Result['outcome']): string[] =>
  results.filter((result) => result.outcome === outcome).map(({ id }) => id);

async function judge(answer: Answer): Promise<Result[]> {
  using laidOut = layOut(answer);
  const verdict = await verify({
    number: answer.step,
    dir: laidOut.directory,
    static: !answer.live,
    local: true,
  });
  return verdict.results;
}

/** The failed checks, without times, the name of the temporary folder and the link, which follows from the id. */
function asLearnersSeeIt(results: Result[]): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  return `${failed
    .map(({ more: _, ...result }) => describeResult(result))
    .join('\n')
    .replaceAll(/\/\S*\/answer-[^/\s]*\/steps\//g, 'steps/')}\n`;
}

/** How many tasks the lesson of a step has, and the numbers that its checks name, without repetition. */
export async function tasksJudged(step: number): Promise<{ count: number; judged: number[] }> {
  const id = findStep(step);
  const { lessons } = await build(ROOT);
  const { checks } = await loadDefinition(id);
  const numbers = checks.flatMap(({ task }) => task ?? []);
  const judged = [...new Set(numbers)].sort((a, b) => a - b);
  return { count: lessons.find(({ name }) => name === id)?.tasks.length ?? 0, judged };
}

/** The checks of a step that no wrong answer makes fail. */
export async function idleChecks(step: number): Promise<string[]> {
  const { checks } = await loadDefinition(findStep(step));
  const ids = checks.map(({ id }) => id);
  const failing = new Set(readFixtures(step, 'wrong').flatMap(({ fails }) => fails));
  return ids.filter((id) => !failing.has(id));
}
