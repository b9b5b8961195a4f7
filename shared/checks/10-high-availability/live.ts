import type { StepUnderTest } from '../../verify/files/index.ts';
import { type Check, defineTopic } from '../../verify/runner/index.ts';
import { DELIVERY } from '../08-on-call/arrivals.ts';
import { expectSilenceTold, isPinged } from '../08-on-call/live.ts';
import { timesOf } from '../08-on-call/watchdog.ts';
import { expectOneOfEach } from './incident.ts';
import { PAIRS } from './pairs.ts';
import { expectFilled, expectWatchersUp } from './watchers.ts';

/** The real servers: two of them are killed, and then both Alertmanagers. */
export const live: Check[] = defineTopic({ kind: 'live' }, [
  {
    id: 'watchers.up',
    title: 'Every server that watches is up, and the two Alertmanagers hear each other',
    task: 7,
    run: expectWatchersUp,
  },
  {
    id: 'store.filled',
    title: 'The store has what both Prometheus collect, once',
    task: 5,
    needs: ['watchers.up'],
    run: expectFilled,
  },
  {
    id: 'incident.told',
    title:
      'One Prometheus and one Alertmanager are killed under load: each message comes once, and the store has no gap',
    needs: ['store.filled'],
    run: expectOneOfEach,
  },
  {
    id: 'deadman.speaks',
    title: "When both Alertmanagers are killed, the dead man's switch speaks, in time",
    needs: ['incident.told'],
    run: expectSwitch,
  },
]);

async function expectSwitch(step: StepUnderTest): Promise<void> {
  const { stack } = step;
  const { waits } = timesOf(step);
  const wasPinged = await isPinged(step, waits);
  await stack.inbox.clear();
  await stack.compose('kill', '--signal', 'KILL', ...PAIRS.alertmanager);
  const at = Date.now();
  await expectSilenceTold(step, { at, wasPinged, most: waits + DELIVERY, of: 'Alertmanager' });
  await stack.compose('start', ...PAIRS.alertmanager);
}
