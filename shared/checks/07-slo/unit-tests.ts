import { expectUnitTests, type Mutant } from '../../verify/expect/play/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { BUDGET, burnAlert, indicator, PAGE } from './rules.ts';

/** The step's own tests of its rules. */
export const unitTests: Check[] = defineTopic({ kind: 'tool', task: 6 }, [
  {
    id: 'rules.unit-tests',
    title: `Your unit tests pass, and fail when ${PAGE.name} is wrong`,
    needs: ['page.texts', 'ticket.texts', 'alerts.little-traffic'],
    run: (step) =>
      expectUnitTests(step, mutants(step), { first: 'A blip', missing: /exp_alerts: \[\]/ }),
  },
]);

/** Wrong expressions, each of which the learner's tests must notice, by what is wrong. */
function mutants(step: StepUnderTest): Mutant[] {
  const [long, short] = PAGE.windows.map((window) => indicator(step, window).record);
  const limit = PAGE.factor * BUDGET;
  const own = burnAlert(step, PAGE).get('expr');
  const wrong = {
    'fires for a blip': `(${own}) or (${short} > ${limit} and ${long} < ${limit})`,
    'fires for one failure among three requests': `${long} > ${limit} and ${short} > ${limit}`,
    'fires without traffic': `(${own}) or (vector(1) unless on () ${long} >= 0)`,
  };
  return Object.entries(wrong).map(([what, expr]) => ({ alert: PAGE.name, what, expr }));
}
