// What must be true of step 9. `npm run verify:step-9` runs these checks and reports; learners may read along.
import { readSettings } from '../../verify/files/index.ts';
import { defineStep } from '../../verify/runner/index.ts';
import { instances } from './instances.ts';
import { live } from './live.ts';
import { machine } from './machine.ts';
import { probe } from './probe.ts';
import { report } from './report.ts';
import { rules } from './rules.ts';

const [written = [], told = []] = [true, false].map((isStatic) =>
  rules.filter(({ kind }) => (kind === 'static') === isStatic),
);

export default defineStep({
  id: '09-discovery',
  title: 'Outside, beneath, and many',
  services: [
    ...['app', 'prometheus', 'alertmanager', 'inbox'],
    ...['blackbox', 'pushgateway', 'node-exporter'],
  ],
  // The blackbox exporter takes half a second off the time that a scrape has, so there must be more.
  quickScrapes: '1s',
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
    ...instances,
    ...machine,
    ...probe,
    ...report,
    ...told,
    ...live,
  ],
});
