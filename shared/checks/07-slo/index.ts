// What must be true of step 7. `npm run verify:step-7` runs these checks and reports; learners may read along.
import { composeParses, defineStep, prometheusSettings } from '../../verify/runner/index.ts';
import { burning } from './burning.ts';
import { dashboard } from './dashboard.ts';
import { recorded } from './indicator.ts';
import { live } from './live.ts';
import { unitTests } from './unit-tests.ts';
import { written } from './written.ts';

export default defineStep({
  id: '07-slo',
  title: 'Good enough',
  services: ['app', 'prometheus', 'grafana', 'alertmanager', 'inbox'],
  checks: [
    composeParses,
    prometheusSettings,
    ...written,
    ...recorded,
    ...burning,
    ...dashboard,
    ...unitTests,
    ...live,
  ],
});
