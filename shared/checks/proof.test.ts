import { describe, expect, it } from 'vitest';
import { STEPS } from '../verify/index.ts';
import { readFixtures } from './fixtures.ts';
import { idleChecks, proveAnswers, strayMessages, tasksJudged } from './test-proof.ts';

for (const step of STEPS) {
  proveAnswers(step, { live: false });

  describe(`Proof of ${step}`, () => {
    it('has at least 12 wrong and 3 right answers', () => {
      const kinds = readFixtures(step).map(({ kind }) => kind);

      expect(kinds.filter((kind) => kind === 'wrong').length).toBeGreaterThanOrEqual(12);
      expect(kinds.filter((kind) => kind === 'right').length).toBeGreaterThanOrEqual(3);
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
