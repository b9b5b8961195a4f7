// What must be true of step 3. `npm run verify:step-3` runs these checks and reports; learners may read along.
import { composeParses, defineStep } from '../../verify/runner/index.ts';
import { compose } from './compose.ts';
import { dashboards } from './dashboards.ts';
import { queries, realGrafana } from './live.ts';
import { mounts } from './mounts.ts';
import { panels } from './panels.ts';
import { provider } from './provider.ts';
import { dataSource } from './provisioning.ts';
import { web } from './web.ts';

export default defineStep({
  id: '03-grafana',
  title: 'Look instead of read',
  services: ['app', 'prometheus', 'grafana'],
  quickScrapes: true,
  checks: [
    { ...composeParses, id: 'compose.file', title: 'The compose file can be read' },
    ...compose,
    ...mounts,
    ...dataSource,
    ...provider,
    ...dashboards,
    ...panels,
    ...queries,
    ...web,
    ...realGrafana,
  ],
});
