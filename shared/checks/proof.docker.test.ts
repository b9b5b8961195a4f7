import { describe, it } from 'vitest';
import { verify } from '../verify/index.ts';
import { proveAnswers, stepNumbers } from './test-proof.ts';

for (const step of stepNumbers()) {
  describe.concurrent(`Proof of step ${step}`, () => {
    it('When the solution is judged, then it passes', async ({ expect }) => {
      const { results } = await verify({ number: step, solution: true });

      expect(
        results.filter(({ outcome }) => outcome === 'failed' || outcome === 'not run'),
      ).toEqual([]);
    });
  });

  proveAnswers(step, { live: true });
}
