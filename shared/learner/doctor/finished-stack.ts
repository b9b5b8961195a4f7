import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
  const services = servicesOf(join(root, path));
  const folder = dirname(join(root, path));
  return {
    images: [...new Set(services.flatMap((service) => imagesOf(service, folder)))],
    memory: services.reduce((sum, { mem_limit = '' }) => sum + bytesOf(mem_limit), 0),
  };
}

/** The steps that an image is needed in, by their numbers: "3, 4, 5". */
export function stepsWith(root: string, image: string): string {
  const ids = readdirSync(join(root, 'solutions')).sort();
  const needing = ids.filter((id) => {
    const folder = join(root, 'solutions', id);
    const file = join(folder, 'docker-compose.yaml');
    const services = existsSync(file) ? servicesOf(file) : [];
    return services.some((service) => imagesOf(service, folder).includes(image));
  });
  return needing.map((id) => Number.parseInt(id, 10)).join(', ');
}

/** Each is read once, however many images are looked for in it. */
const known = new Map<string, ServiceText[]>();

function servicesOf(file: string): ServiceText[] {
  const services: ServiceText[] =
    known.get(file) ?? Object.values(parse(readFileSync(file, 'utf8'), { merge: true }).services);
  known.set(file, services);
  return services;
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
