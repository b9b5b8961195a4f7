import { availableParallelism } from 'node:os';
import { announce } from '../engine/index.ts';
import { ensureImages, type Image, imageFault } from '../images/index.ts';
import { localized } from '../language.ts';
import { type ComposeProject, compose, type Service } from './compose-project.ts';
import type { StackOptions } from './stack.ts';
import { startOrCleanUp } from './start-or-clean-up.ts';

/** What was asked for, with the defaults filled in. */
export interface StartOptions extends Pick<StackOptions, 'built' | 'signal'> {
  /** All services of the project, by name. */
  described: Map<string, Service>;
  optional: string[];
  /** Only these services, and what they depend on; all when empty. */
  services: string[];
  keep: boolean;
  /** `prepareReaper`, which has begun before. */
  reaper: Promise<void>;
}

export interface Started {
  images: Image[];
  /** The services that run. */
  services: string[];
  /** Service name → why it was left out. */
  leftOut: Map<string, string>;
  /** What images are built from, as the compose file says it. */
  builds: string;
}

/**
 * Starts a compose project through Testcontainers and waits until every service is healthy.
 * When that fails or is aborted, everything is taken down again.
 */
export async function bringUp(project: ComposeProject, options: StartOptions): Promise<Started> {
  const { described } = options;
  const wanted = options.services.length ? options.services : [...described.keys()];
  const references = wanted.flatMap((service) => described.get(service)?.images ?? []);
  const images = await ensureImages(references, options.signal);
  const leftOut = new Map<string, string>();
  for (const service of wanted) {
    const missing = images.find(
      (image) => image.unavailable && described.get(service)?.images.includes(image.full),
    );
    if (!missing) continue;
    if (!options.optional.includes(service)) throw imageFault(missing);
    leftOut.set(service, missing.unavailable ?? '');
  }
  const services = wanted.filter((service) => !leftOut.has(service));
  const builds = JSON.stringify(services.map((service) => described.get(service)?.build));
  await inTurn(async () => {
    const building = localized('Building the images of this project', '建置這個專案的映像檔');
    await Promise.all([
      builds !== options.built &&
        announce(building, () => buildImages(project, services, options.signal)),
      options.reaper,
    ]);
    const names = localized(services.join(', '), services.join('、'));
    const toBeHealthy = services.filter((service) => described.get(service)?.hasHealthcheck);
    await announce(
      localized(`Starting ${names}`, `啟動 ${names}`),
      () => startOrCleanUp(project, { ...options, services, toBeHealthy }),
      () => ({ text: localized(`Healthy: ${names}`, `健康：${names}`) }),
    );
  });
  return { images, services, leftOut, builds };
}

/** Stacks that start all at once take longer, each and together: every container is asked in vain meanwhile. */
const inTurn = limitTo(availableParallelism());

/** Runs what it is given side by side with the others that it was given, so many at once. */
export function limitTo(width: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(job: () => Promise<T>): Promise<T> => {
    while (running >= width) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
      return await job();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

/**
 * Testcontainers starts a small container that removes what a killed test run leaves behind. Where its image
 * is not available it is turned off, or nothing would start at all; every stack also removes itself.
 */
export async function prepareReaper(): Promise<void> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED) return;
  const { REAPER_IMAGE } = await import('testcontainers/build/reaper/reaper.js');
  const [image] = await ensureImages([REAPER_IMAGE]);
  if (image?.unavailable) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
}

/** Lines of a build that are shown of what a program said. */
const SHOWN = 4;

/**
 * Builds the images of the services.
 *
 * @throws WrongResult with the line of the Dockerfile that failed, and what its program said
 */
export async function buildImages(
  project: ComposeProject,
  services: string[],
  signal?: AbortSignal,
): Promise<void> {
  await compose(project, ['--progress', 'plain', 'build', ...services], {
    signal,
    // Compose builds itself then, with the same BuildKit; by default it starts another program, which takes a second.
    env: { COMPOSE_BAKE: 'false' },
    describe: (output) => `An image cannot be built: ${lastWordsOfBuild(output)}`,
  });
}

/** What a builder printed in the end; a quiet one leaves out what npm, or any other program, said. */
function lastWordsOfBuild(output: string): string {
  const [end = ''] = output.match(/^failed to solve: .*/m) ?? [output.trim().split('\n').at(-1)];
  const [, instruction] = output.match(/^ > \[[^\]]*\] (.*):$/m) ?? [];
  const [, step] = output.match(/^#(\d+) ERROR:/m) ?? [];
  const said = [...output.matchAll(/^#(\d+) [\d.]+ (.*)$/gm)]
    .filter(([, of]) => of === step)
    .map(([, , line = '']) => line);
  const lines = said.some((line) => /^npm error/.test(line)) ? npmWords(said) : said.slice(-SHOWN);
  const why = end.replace(
    /^failed to solve: (rpc error: .*?failed to create LLB definition: )?/,
    '',
  );
  return [instruction ?? why, ...(lines.length > 0 || !instruction ? lines : [why])].join('\n');
}

/** npm names the cause first; a stack, its usage and notices follow. */
const npmWords = (lines: string[]): string[] =>
  lines
    .filter((line) => /^npm error \S/.test(line))
    .filter((line) => !/ (syscall|errno|path|dest) |[{}]$|A complete log/.test(line))
    .slice(0, SHOWN);
