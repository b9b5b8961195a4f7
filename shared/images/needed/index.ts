import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { localized } from '../../language.ts';
import { parseReference } from '../reference.ts';
import { readSupport } from '../support.ts';

/** Something that steps cannot do without: an image, or one that is built. */
export interface Needed {
  /** As compose files and Dockerfiles write it: "prom/prometheus:v3.5.3". */
  full: string;
  /** The numbers of the steps. */
  steps: number[];
}

/** An image that steps build: a first build brings its packages, and later ones ask for nothing. */
export interface FirstBuild extends Needed {
  /** What it is built from, as an absolute path. */
  context: string;
}

interface ServiceText {
  image?: string;
  build?: string;
  mem_limit?: string;
}

/** What a build takes its packages from. As long as these are the same, so are they. */
const PACKAGES = ['Dockerfile', 'package.json', 'package-lock.json'];

/** Begins the name of what a first build has made. */
export const BUILT = 'monitoring-workshop/';

/** Removes what a killed verdict leaves behind. */
const REAPER = 'testcontainers/ryuk';

/** Every image of every step, those that Dockerfiles start from too, read without Compose, which may be missing. */
export const neededImages = (root: string): Needed[] =>
  collect(root, ({ image, build }, folder) =>
    image ? [image] : fromsOf(join(folder, build ?? '.')),
  );

/** The image that every verdict and test uses besides those of its step. */
export function reaperImage(root: string): Needed {
  const full = readSupport().find(({ pin }) => pin.startsWith(`${REAPER}:`))?.pin ?? REAPER;
  return { full, steps: stepFolders(root).map(({ number }) => number) };
}

/** What steps build, once for each set of packages. The name says which, so that everybody can see that it was built. */
export function firstBuilds(root: string): FirstBuild[] {
  const contexts = new Map<string, string>();
  const needed = collect(root, ({ build }, folder) => {
    if (!build) return [];
    const context = join(folder, build);
    const hash = createHash('sha256');
    for (const name of PACKAGES) hash.update(textOf(join(context, name)));
    const full = `${BUILT}${basename(context)}:${hash.digest('hex').slice(0, 12)}`;
    contexts.set(full, context);
    return [full];
  });
  return needed.map(({ full, steps }) => ({ full, steps, context: contexts.get(full) ?? '' }));
}

/** "Grafana 12.4.14", "first build of app". */
export function titleOf({ full }: Pick<Needed, 'full'>): string {
  const { title, version, repository } = parseReference(full);
  return repository.startsWith(BUILT)
    ? localized(`first build of ${basename(repository)}`, `${basename(repository)} 的第一次建置`)
    : `${title} ${version}`;
}

/** "step 9", "steps 3–9". */
export function describeSteps({ steps }: Pick<Needed, 'steps'>): string {
  const [first = 0, last = first] = [steps[0], steps.at(-1)];
  if (first === last) return localized(`step ${first}`, `第 ${first} 步`);
  const isRange = last - first === steps.length - 1;
  const list = isRange ? `${first}–${last}` : steps.join(', ');
  return localized(`steps ${list}`, `第 ${list} 步`);
}

/** The images that a Dockerfile starts from. */
export const fromsOf = (context: string): string[] =>
  [...textOf(join(context, 'Dockerfile')).matchAll(/^FROM\s+(\S+)/gim)].map(
    ([, base = '']) => base,
  );

function collect(root: string, read: (service: ServiceText, folder: string) => string[]): Needed[] {
  const found = new Map<string, Set<number>>();
  for (const { number, folder } of stepFolders(root))
    for (const service of servicesOf(join(folder, 'docker-compose.yaml')))
      for (const full of read(service, folder))
        found.set(full, (found.get(full) ?? new Set()).add(number));
  return [...found].map(([full, steps]) => ({ full, steps: [...steps] }));
}

const stepFolders = (root: string) =>
  readdirSync(join(root, 'solutions'))
    .filter((id) => existsSync(join(root, 'solutions', id, 'docker-compose.yaml')))
    .sort()
    .map((id) => ({ number: Number.parseInt(id, 10), folder: join(root, 'solutions', id) }));

/** The services of a compose file, as they are written there. @throws Error where it cannot be read */
export function servicesOf(file: string): ServiceText[] {
  const services: ServiceText[] =
    known.get(file) ?? Object.values(parse(readFileSync(file, 'utf8'), { merge: true }).services);
  known.set(file, services);
  return services;
}

/** Each file is read once: a doctor has seconds, and several questions. */
const known = new Map<string, ServiceText[]>();

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
