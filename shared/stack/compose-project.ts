import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type DockerOptions, docker } from '../engine/index.ts';
import { ROOT } from '../root.ts';

/** What the compose files of the steps build from ../../ */
const INBOX = join('shared', 'inbox');

/** A volume or a network; Compose puts the project's name before its own, unless the file gives it another. */
const shared = z.object({ name: z.string(), external: z.boolean().default(false) });

const configuration = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      build: z.looseObject({ context: z.string(), dockerfile: z.string() }).optional(),
      healthcheck: z.looseObject({ start_period: z.string().optional() }).optional(),
      container_name: z.string().optional(),
      command: z.array(z.string()).nullish(),
      networks: z.record(z.string(), z.unknown()).optional(),
      volumes: z.array(z.object({ source: z.string().optional() })).default([]),
    }),
  ),
  volumes: z.record(z.string(), shared).default({}),
  networks: z.record(z.string(), shared).default({}),
  secrets: z.record(z.string(), z.object({ file: z.string().optional() })).default({}),
});

/** One compose project: a folder with a compose file, under a project name of its own. */
export interface ComposeProject {
  directory: string;
  name: string;
  /** Compose files, relative to the directory; later ones override earlier ones. Default: the usual name. */
  files?: string[];
}

export interface Service {
  /** The images it is made of: its own, or those its Dockerfile starts from. */
  images: string[];
  hasHealthcheck: boolean;
  /** How long the compose file gives it to start, such as "2m0s". */
  startPeriod: string | undefined;
  /** What its image is built from, as the compose file says it; undefined when it is not built. */
  build: { context: string } | undefined;
  /** What the compose file has its container run. */
  command: string[] | undefined;
  /** Files and folders of the project that it sees, as absolute paths. */
  mounted: string[];
  /** The name that the compose file gives its container. */
  containerName: string | undefined;
  networks: string[];
}

export interface Description {
  services: Map<string, Service>;
  /** Volumes and networks that have the same name in every project: `volumes` or `networks`, and the key. */
  sharedNames: ['volumes' | 'networks', string][];
}

/** Runs `docker compose …` on the project and answers its output. */
export function compose(
  { directory, name, files = [] }: ComposeProject,
  args: string[],
  options: DockerOptions = {},
) {
  const named = files.flatMap((file) => ['--file', file]);
  const cwd = directory;
  return docker(['compose', '--project-name', name, ...named, ...args], { cwd, ...options });
}

/** @throws WrongResult with Compose's own words when the file is broken */
export async function describeProject(project: ComposeProject): Promise<Description> {
  const text = await compose(project, ['config', '--format', 'json'], {
    describe: (output) => `Compose refuses the compose file: ${output.trim().split('\n').at(-1)}`,
  });
  const { services, secrets, ...named } = configuration.parse(JSON.parse(text));
  const mounts = Object.values(services).flatMap(({ volumes }) => volumes);
  await makeSecrets([
    ...mounts.flatMap(({ source }) => source ?? []),
    ...Object.values(secrets).flatMap(({ file }) => file ?? []),
  ]);

  const described = new Map<string, Service>();
  for (const [name, { image, healthcheck, volumes, ...own }] of Object.entries(services)) {
    const build = own.build && { ...own.build, context: contextOf(own.build.context) };
    const dockerfile = build ? await readDockerfile(build) : '';
    const images = build ? imagesIn(dockerfile) : image ? [image] : [];
    // Others are named volumes, or of the whole machine.
    const mounted = volumes.flatMap(({ source = '' }) =>
      source.startsWith(join(realpathSync(project.directory), sep)) ? [source] : [],
    );
    described.set(name, {
      ...{ images, build, mounted, command: own.command ?? undefined },
      hasHealthcheck: healthcheck !== undefined || /^\s*HEALTHCHECK\s+(?!NONE)/im.test(dockerfile),
      startPeriod: healthcheck?.start_period,
      ...{ containerName: own.container_name, networks: Object.keys(own.networks ?? {}) },
    });
  }
  const sharedNames = (['volumes', 'networks'] as const).flatMap((kind) =>
    Object.entries(named[kind])
      .filter(([key, { name, external }]) => !external && name !== `${project.name}_${key}`)
      .map(([key]): Description['sharedNames'][number] => [kind, key]),
  );
  return { services: described, sharedNames };
}

/** A folder outside a clone has no inbox two levels up. That of this clone stands in. */
const contextOf = (context: string): string =>
  !existsSync(context) && context.endsWith(join(sep, INBOX)) ? join(ROOT, INBOX) : context;

/** Empty where there is none, which the build says better. */
const readDockerfile = (build: { context: string; dockerfile: string }): Promise<string> =>
  readFile(join(build.context, build.dockerfile), 'utf8').catch(() => '');

const imagesIn = (dockerfile: string): string[] =>
  [...dockerfile.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, image]) => image as string);

/**
 * The compose file's own `secrets` service writes missing secret files, but only once it runs; a compose file may mount
 * a file, or name one in its `secrets:`, that must be there before. Where this process may not write, that service can.
 *
 * @param sources files, folders and names of volumes
 */
async function makeSecrets(sources: string[]): Promise<void> {
  if (sources.every((source) => !isAbsolute(source) || existsSync(source))) return;
  for (const folder of sources) {
    const script = join(folder, 'make-secrets.ts');
    if (existsSync(script))
      await execa(process.execPath, ['--import', 'tsx', script], { reject: false });
  }
}
