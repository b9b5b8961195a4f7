// What must be true of step 1. `npm run verify:step-1` runs these checks and reports; learners may read along.
import { defineStep } from '../../verify/runner/index.ts';
import { compose } from './compose.ts';
import { counter } from './counter.ts';
import { metricsPage } from './metrics-page.ts';
import { running } from './running.ts';
import { sources } from './sources.ts';

export default defineStep({
  id: '01-app',
  title: 'A service that can be measured',
  services: ['app'],
  checks: [...sources, ...compose, ...metricsPage, ...counter, ...running],
});
