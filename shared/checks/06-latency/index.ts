// What must be true of step 6. `npm run verify:step-6` runs these checks and reports; learners may read along.
import { composeParses, defineStep } from '../../verify/runner/index.ts';
import { app, libraries } from './app-checks.ts';
import { dashboardFile } from './dashboard-file.ts';
import { dashboardPanels } from './dashboard-panels.ts';
import { gauge, zeroSeries } from './gauge.ts';
import { histogram } from './histogram.ts';
import { askEarly, queries, queriesFile } from './queries.ts';
import { expectSeen } from './traffic.ts';

export default defineStep({
  id: '06-latency',
  title: 'How long does it take?',
  services: ['app', 'prometheus', 'grafana'],
  quickScrapes: true,
  checks: [
    { ...composeParses, id: 'compose.file', title: 'The compose file can be read' },
    ...libraries,
    ...queriesFile,
    ...dashboardFile,
    ...app,
    ...histogram,
    ...gauge,
    ...zeroSeries,
    {
      id: 'traffic.seen',
      title: 'Prometheus sees the first failure, 200 requests in their buckets, and who waits',
      kind: 'live',
      run(step) {
        askEarly(step);
        return expectSeen(step);
      },
    },
    ...queries,
    ...dashboardPanels,
  ],
});
