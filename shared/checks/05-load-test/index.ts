// What must be true of step 5. `npm run verify:step-5` runs these checks and reports; learners may read along.
import { defineStep } from '../../verify/runner/index.ts';
import { alertRuleChecks } from './alert-checks.ts';
import { alertTestChecks } from './alert-tests.ts';
import { composeChecks } from './compose-checks.ts';
import { exitChecks } from './exit-checks.ts';
import { liveChecks } from './live-checks.ts';
import { loadChecks } from './load-checks.ts';
import { predictionChecks } from './prediction-checks.ts';
import { summaryChecks } from './summary-checks.ts';

export default defineStep({
  id: '05-load-test',
  title: 'Prove it',
  services: ['app', 'prometheus', 'alertmanager', 'inbox'],
  checks: [
    ...composeChecks,
    ...predictionChecks,
    ...alertRuleChecks,
    ...loadChecks,
    ...summaryChecks,
    ...exitChecks,
    ...alertTestChecks,
    ...liveChecks,
  ],
});
