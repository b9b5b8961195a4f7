// What must be true of step 7. `npm run verify:step-7` runs these checks and reports; learners may read along.
import { readSettings } from '../../verify/files/index.ts';
import { defineStep } from '../../verify/runner/index.ts';
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
    {
      id: 'compose.parses',
      title: 'The compose file parses and has services',
      kind: 'static',
      run: (step) => void step.compose(),
    },
    {
      id: 'prometheus.settings',
      title: "Prometheus's settings are mounted where it reads them, and parse",
      kind: 'static',
      needs: ['compose.parses'],
      run: (step) => void readSettings(step, 'prometheus'),
    },
    ...written,
    ...recorded,
    ...burning,
    ...dashboard,
    ...unitTests,
    ...live,
  ],
});
