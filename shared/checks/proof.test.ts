import { describe, expect, it } from 'vitest';
import { STEPS, stepNumber } from '../verify/index.ts';
import { readFixtures } from './fixtures.ts';
import { idleChecks, proveAnswers, strayMessages, tasksJudged } from './test-proof.ts';

for (const step of STEPS) {
  proveAnswers(step, { live: false });

  describe(`Proof of ${step}`, () => {
    it('has many wrong answers and some right ones', () => {
      const isCore = stepNumber(step) <= 5;
      const kinds = readFixtures(step).map(({ kind }) => kind);

      expect(kinds.filter((kind) => kind === 'wrong').length).toBeGreaterThanOrEqual(
        isCore ? 12 : 30,
      );
      expect(kinds.filter((kind) => kind === 'right').length).toBeGreaterThanOrEqual(
        isCore ? 3 : 6,
      );
    });

    it('every recorded message belongs to a wrong answer', () => {
      expect(strayMessages(step)).toEqual([]);
    });

    it('every task of the lesson is judged by a check', async () => {
      const { count, judged } = await tasksJudged(step);

      expect(judged).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    });

    it('every check is failed by a wrong answer, so that none can be deleted unnoticed', async () => {
      expect(await idleChecks(step)).toEqual([]);
    });
  });
}
