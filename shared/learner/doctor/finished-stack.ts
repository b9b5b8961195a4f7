import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { MachineFault } from '../../engine/index.ts';

interface ServiceText {
  image?: string;
  build?: string;
  mem_limit?: string;
}

/** What the finished system needs, read from its compose file, because Compose itself may be missing. */
export interface FinishedStack {
  /** The images it is made of, those that its Dockerfiles start from too. */
  images: string[];
  /** What all containers together may use, in bytes. */
  memory: number;
}

/** @throws MachineFault when the clone's own compose files are missing or broken */
export function finishedStack(root: string): FinishedStack {
  try {
    return read(root);
  } catch (error) {
    throw new MachineFault('compose-files-unreadable', { reason: (error as Error).message });
  }
}

function read(root: string): FinishedStack {
  const [path] = parse(readFileSync(join(root, 'docker-compose.yaml'), 'utf8')).include as [string];
  const { services } = parse(readFileSync(join(root, path), 'utf8'), { merge: true });
  const texts = Object.values(services as Record<string, ServiceText>);
  const folder = dirname(join(root, path));
  return {
    images: [...new Set(texts.flatMap((service) => imagesOf(service, folder)))],
    memory: texts.reduce((sum, { mem_limit = '' }) => sum + bytesOf(mem_limit), 0),
  };
}

const UNITS: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** "256m" is 268435456. */
function bytesOf(limit: string): number {
  const [, number = '0', unit = ''] = limit.match(/^(\d+)([kmg]?)/i) ?? [];
  return Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}

function imagesOf({ image, build }: ServiceText, folder: string): string[] {
  if (image) return [image];
  const file = join(folder, build ?? '.', 'Dockerfile');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return [...text.matchAll(/^FROM\s+(\S+)/gim)].map(([, base = '']) => base);
}
