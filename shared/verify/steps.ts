import { MachineFault } from '../engine/index.ts';

/** The core steps, in their order; the folders' names below steps/ and solutions/. */
export const STEPS = ['01-app', '02-prometheus', '03-grafana', '04-alertmanager', '05-load-test'];

/** @throws MachineFault that lists the steps when there is no such one */
export function findStep(number: number): string {
  const id = STEPS[number - 1];
  if (id) return id;
  throw new MachineFault(
    'no-such-step',
    `${Number.isNaN(number) ? 'Which step?' : `There is no step ${number}.`} The steps: ${STEPS.join(', ')}`,
    'npm run workshop',
  );
}
