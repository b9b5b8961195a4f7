// What must be true of step 10. `npm run verify:step-10` runs these checks and reports; learners may read along.
import { readSettings } from '../../verify/files/index.ts';
import { composeParses, defineStep, prometheusSettings } from '../../verify/runner/index.ts';
import { cluster } from './cluster.ts';
import { live } from './live.ts';
import { PAIRS, STORE } from './pairs.ts';
import { replicas, secondAlertmanager } from './replicas.ts';
import { store } from './store.ts';
import { swarm } from './swarm.ts';
import { alerting } from './told.ts';
import { watching } from './watching.ts';

// For whoever measures how the incident is told.
export { peersOf } from './cluster.ts';
export { ALERT, expectOneOfEach, fetchMessages, VICTIMS } from './incident.ts';
export { PAIRS } from './pairs.ts';
export { expectWatchersUp } from './watchers.ts';

export default defineStep({
  id: '10-high-availability',
  title: 'The watcher falls over',
  services: ['app', ...PAIRS.prometheus, ...PAIRS.alertmanager, STORE, 'inbox'],
  checks: [
    composeParses,
    prometheusSettings,
    {
      id: 'alertmanager.settings',
      title: "Alertmanager's settings are mounted where it reads them, and parse",
      kind: 'static',
      needs: ['compose.parses'],
      run: (step) => void readSettings(step, 'alertmanager'),
    },
    ...replicas,
    ...alerting,
    ...secondAlertmanager,
    ...cluster,
    ...store,
    ...watching,
    ...swarm,
    ...live,
  ],
});
