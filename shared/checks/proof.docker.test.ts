import { describe, it } from 'vitest';
import { STEPS, stepNumber, verify } from '../verify/index.ts';
import { proveAnswers } from './test-proof.ts';

for (const step of STEPS) {
  describe.concurrent(`Proof of ${step}`, () => {
    it('the solution passes', async ({ expect }) => {
      const { results } = await verify({ number: stepNumber(step), solution: true });

      expect(
        results.filter(({ outcome }) => outcome === 'failed' || outcome === 'not run'),
      ).toEqual([]);
    });
  });

  proveAnswers(step, { live: true });
}
