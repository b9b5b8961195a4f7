// What must be true of step 9. `npm run verify:step-9` runs these checks and reports; learners may read along.
import { composeParses, defineStep, prometheusSettings } from '../../verify/runner/index.ts';
import { instances } from './instances.ts';
import { live } from './live.ts';
import { machine } from './machine.ts';
import { probe } from './probe.ts';
import { report } from './report.ts';
import { told, written } from './rules.ts';

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
    composeParses,
    prometheusSettings,
    ...written,
    ...instances,
    ...machine,
    ...probe,
    ...report,
    ...told,
    ...live,
  ],
});
