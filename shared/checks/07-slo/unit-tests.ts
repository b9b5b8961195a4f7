import { expectUnitTests, type Mutant } from '../../verify/expect/play/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { BUDGET, burnAlert, indicator, PAGE } from './rules.ts';

/** Something was asked in the last hour, by whatever counts it. */
const TRAFFIC = [
  'increase(http_requests_total[1h])',
  'increase(http_request_duration_seconds_count[1h])',
  'histogram_count(increase(http_request_duration_seconds[1h]))',
]
  .map((count) => `${count} > 0`)
  .join(' or ');

/** The step's own tests of its rules. */
export const unitTests: Check[] = defineTopic({ kind: 'tool', task: 6 }, [
  {
    id: 'rules.unit-tests',
    title: `Your unit tests pass, and fail when ${PAGE.name} is wrong`,
    needs: ['page.texts', 'ticket.texts', 'alerts.little-traffic'],
    run: (step) => expectUnitTests(step, mutants(step), 'prometheus/slo-rules.test.yaml'),
  },
]);

/** Wrong rules, each of which the learner's tests must notice. */
function mutants(step: StepUnderTest): Mutant[] {
  const [long, short] = PAGE.windows.map((window) => indicator(step, window).record);
  const limit = PAGE.factor * BUDGET;
  const expr = burnAlert(step, PAGE).get('expr');
  return [
    {
      alert: PAGE.name,
      what: 'looks at the five minutes alone, and so fires for a blip',
      expr: `(${expr}\n) or (${short} > ${limit} and ${long} < ${limit})`,
      test: 'blip',
      hint: 'Let an hour of good answers come first. Then look while the bad ones are still among the last five minutes.',
    },
    {
      alert: PAGE.name,
      what: 'does not ask how many requests came, and so fires for one failure among three',
      expr: `${long} > ${limit} and ${short} > ${limit}`,
      test: 'three',
      hint: 'A rate compares samples: let the counters grow, from 0 to 2 and to 1. Look within five minutes, because later the short window holds no request, and this rule is silent as well.',
    },
    {
      alert: PAGE.name,
      what: 'fires without traffic',
      // Not by the share of bad requests, which some write so that it is 0 then.
      expr: `(${expr}\n) or (vector(1) unless on () (${TRAFFIC}))`,
      test: '(no|without any) (traffic|request)',
      hint: 'Let the counters stand still, and look when they have done so for more than an hour.',
    },
  ];
}
