import { describe, it } from 'vitest';
import { computeVerdict, STEPS, stepNumber } from '../verify/index.ts';
import { ONCE_MORE, proveAnswers } from './test-proof.ts';

// The last steps wait longest, so they begin.
for (const step of STEPS.toReversed()) {
  describe.concurrent(`Proof of ${step}`, () => {
    it('the solution passes', ONCE_MORE, async ({ expect, signal }) => {
      const { results } = await computeVerdict({
        number: stepNumber(step),
        solution: true,
        signal: signal.aborted ? undefined : signal,
      });

      expect(
        results.filter(({ outcome }) => outcome === 'failed' || outcome === 'not run'),
      ).toEqual([]);
    });
  });

  proveAnswers(step, { live: true });
}
