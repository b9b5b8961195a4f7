// What must be true of step 4. `npm run verify:step-4` runs these checks and reports; learners may read along.
import { readSettings } from '../../verify/files/index.ts';
import { composeParses, defineStep, prometheusSettings } from '../../verify/runner/index.ts';
import { compose } from './compose.ts';
import { journey, warning } from './delivery.ts';
import { intervals } from './intervals.ts';
import { alerting, found } from './prometheus.ts';
import { receiver } from './receiver.ts';
import { routes, routing } from './routing.ts';
import { ruleTests } from './rule-tests.ts';
import { rules } from './rules.ts';
import { templates } from './settings.ts';
import { unitTests } from './traffic.ts';

export default defineStep({
  id: '04-alertmanager',
  title: 'Be told',
  services: ['app', 'prometheus', 'alertmanager', 'inbox'],
  checks: [
    composeParses,
    prometheusSettings,
    ...rules,
    ...intervals,
    ...compose,
    ...alerting,
    {
      id: 'alertmanager.file',
      title: "Alertmanager's settings can be read",
      kind: 'static',
      needs: ['alertmanager.settings'],
      run: (step) => void readSettings(step, 'alertmanager'),
    },
    ...routing,
    ...receiver,
    ...found,
    ...routes,
    ...templates,
    ...warning,
    ...ruleTests,
    { ...unitTests, needs: ruleTests.map(({ id }) => id) },
    ...journey,
  ],
});
