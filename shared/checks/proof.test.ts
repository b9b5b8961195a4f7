import { describe, expect, it } from 'vitest';
import { readFixtures } from './fixtures.ts';
import { idleChecks, proveAnswers, stepNumbers, tasksJudged } from './test-proof.ts';

for (const step of stepNumbers()) {
  proveAnswers(step, { live: false });

  describe(`Proof of step ${step}`, () => {
    it('When its wrong and right answers are counted, then there are at least 12 and 3', () => {
      expect(readFixtures(step, 'wrong').length).toBeGreaterThanOrEqual(12);
      expect(readFixtures(step, 'right').length).toBeGreaterThanOrEqual(3);
    });

    it('When the tasks of its lesson are counted, then each is judged by a check', async () => {
      const { count, judged } = await tasksJudged(step);

      expect(judged).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    });

    it('When any one check is deleted, then a wrong answer is no longer caught: none is idle', async () => {
      expect(await idleChecks(step)).toEqual([]);
    });
  });
}
