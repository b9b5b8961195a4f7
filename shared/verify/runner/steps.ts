import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MachineFault } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import type { Step } from './check.ts';

/** "02-prometheus" is the folder of step 2, whatever the number of digits. */
const FOLDER = /^(\d+)-/;

/** The number of a step, from its folder's name. */
export const stepNumber = (id: string): number => Number(id.match(FOLDER)?.[1]);

/** Those of the names that are steps, in their order. */
export const stepsAmong = (names: string[]): string[] =>
  names.filter((name) => FOLDER.test(name)).sort((a, b) => stepNumber(a) - stepNumber(b));

/** The steps in their order: the names of the folders below solutions/, steps/ and shared/checks/. */
export const STEPS: string[] = stepsAmong(readdirSync(join(ROOT, 'solutions')));

/** The step whose solution is the finished system: what the root's docker-compose.yaml, the demo and the pages show. */
export const FINISHED = '05-load-test';

/** @throws MachineFault that lists the steps when there is no such one */
export function findStep(number: number): string {
  const id = STEPS.find((step) => stepNumber(step) === number);
  if (id) return id;
  const steps = STEPS.join(', ');
  if (Number.isNaN(number)) throw new MachineFault('which-step', { steps });
  throw new MachineFault('no-such-step', { step: number, steps });
}

/** What a step says must be true of it. */
export async function loadDefinition(id: string): Promise<Step> {
  const module = await import(pathToFileURL(join(ROOT, 'shared/checks', id, 'index.ts')).href);
  return module.default;
}

/** The page of Troubleshooting that lists the checks of a step. */
export const pageOf = (number: number): string => `step-${number}`;
