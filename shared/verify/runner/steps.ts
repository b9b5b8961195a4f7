import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MachineFault } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';

/** "02-prometheus" is the folder of step 2, whatever the number of digits. */
const FOLDER = /^(\d+)-/;

/** The number of a step, from its folder's name. */
export const stepNumber = (id: string): number => Number(id.match(FOLDER)?.[1]);

/** The steps in their order: the names of the folders below solutions/, steps/ and shared/checks/. */
export const STEPS: string[] = readdirSync(join(ROOT, 'solutions'))
  .filter((name) => FOLDER.test(name))
  .sort((a, b) => stepNumber(a) - stepNumber(b));

/** @throws MachineFault that lists the steps when there is no such one */
export function findStep(number: number): string {
  const id = STEPS.find((step) => stepNumber(step) === number);
  if (id) return id;
  throw new MachineFault(
    'no-such-step',
    `${Number.isNaN(number) ? 'Which step?' : `There is no step ${number}.`} The steps: ${STEPS.join(', ')}`,
    'npm run workshop',
  );
}
