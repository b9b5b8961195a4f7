// What must be true of step 8. `npm run verify:step-8` runs these checks and reports; learners may read along.
import { readSettings } from '../../verify/files/index.ts';
import { composeParses, defineStep } from '../../verify/runner/index.ts';
import { live } from './live.ts';
import { messages } from './messages.ts';
import { atNoon, night } from './night.ts';
import { receivers } from './receivers.ts';
import { routes } from './routes.ts';
import { table } from './table.ts';
import { deadman, watchdog } from './watchdog.ts';

export default defineStep({
  id: '08-on-call',
  title: 'Who is woken',
  services: ['app', 'prometheus', 'alertmanager', 'inbox'],
  // At noon, so that a verdict at night sees tickets arrive. A check before has looked at the night.
  replaced: atNoon,
  checks: [
    composeParses,
    ...(['prometheus', 'alertmanager'] as const).map((server) => ({
      id: `${server}.${server === 'prometheus' ? 'settings' : 'file'}`,
      title: `The settings of ${server} are mounted where it reads them, and parse`,
      kind: 'static' as const,
      needs: ['compose.parses'],
      run: (step: Parameters<typeof readSettings>[0]) => void readSettings(step, server),
    })),
    ...watchdog,
    ...messages.slice(0, 1),
    ...receivers,
    ...messages.slice(1),
    ...night,
    ...routes,
    ...deadman,
    ...table,
    ...live,
  ],
});
