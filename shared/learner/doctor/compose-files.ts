import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MachineFault, publishedPorts } from '../../engine/index.ts';
import { firstBuilds, neededImages, reaperImage, servicesOf } from '../../images/needed/index.ts';

/** Reads the clone's own compose files. @throws MachineFault when they are missing or broken */
function orFault<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new MachineFault('compose-files-unreadable', { reason: (error as Error).message });
  }
}

/** Every image that the steps are made of, and which steps. */
export const imagesOfSteps = (root: string) => orFault(() => neededImages(root));

/** Every port that the demo or a step publishes. */
export const portsOfSteps = (root: string) => orFault(() => publishedPorts(root));

/** These, what the verdicts themselves need, and what the steps build. */
export const neededForClass = (root: string) => [
  ...imagesOfSteps(root),
  ...orFault(() => [reaperImage(root), ...firstBuilds(root)]),
];

/** What all containers of the finished system together may use, in bytes, read from its compose file. */
export const finishedMemory = (root: string): number =>
  orFault(() => {
    const [path = ''] = parse(readFileSync(join(root, 'docker-compose.yaml'), 'utf8')).include;
    const limits = servicesOf(join(root, path)).map(({ mem_limit = '' }) => bytesOf(mem_limit));
    return limits.reduce((sum, limit) => sum + limit, 0);
  });

const UNITS: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** "256m" is 268435456. */
function bytesOf(limit: string): number {
  const [, number = '0', unit = ''] = limit.match(/^(\d+)([kmg]?)/i) ?? [];
  return Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}
