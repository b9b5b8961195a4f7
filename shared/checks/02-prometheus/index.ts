// What must be true of step 2. `npm run verify:step-2` runs these checks and reports; learners may read along.
import { defineStep } from '../../verify/runner/index.ts';
import { compose } from './compose.ts';
import { config } from './config.ts';
import { queries, queriesFile } from './queries.ts';
import { history, scraping } from './scraping.ts';
import { targets } from './targets.ts';

export default defineStep({
  id: '02-prometheus',
  title: 'Collect and ask',
  services: ['app', 'prometheus'],
  quickScrapes: true,
  checks: [
    ...compose,
    ...config,
    ...targets,
    ...queriesFile,
    // From here on the containers run. The first check sends the traffic, so that the waiting overlaps.
    ...scraping,
    ...queries,
    ...history,
  ],
});
