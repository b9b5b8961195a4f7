import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type DockerOptions, docker } from '../engine/index.ts';

/** A volume or a network; Compose puts the project's name before its own, unless the file gives it another. */
const shared = z.object({ name: z.string(), external: z.boolean().default(false) });

const configuration = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      build: z.looseObject({ context: z.string(), dockerfile: z.string() }).optional(),
      healthcheck: z.unknown().optional(),
      container_name: z.string().optional(),
      networks: z.record(z.string(), z.unknown()).optional(),
      volumes: z.array(z.object({ source: z.string().optional() })).default([]),
    }),
  ),
  volumes: z.record(z.string(), shared).default({}),
  networks: z.record(z.string(), shared).default({}),
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
  /** What its image is built from, as the compose file says it; undefined when it is not built. */
  build: object | undefined;
  /** Files and folders of the project that it sees, as absolute paths. */
  mounted: string[];
  /** The name that the compose file gives its container. */
  containerName: string | undefined;
  networks: string[];
}

/** What a compose file describes. */
export interface Description {
  services: Map<string, Service>;
  /** Volumes and networks that have the same name in every project: `volumes` or `networks`, and the key. */
  sharedNames: ['volumes' | 'networks', string][];
}

/** Runs `docker compose …` on the project and answers its output. */
export function compose(
  { directory, name, files = [] }: ComposeProject,
  words: string[],
  options: DockerOptions = {},
) {
  const named = files.flatMap((file) => ['--file', file]);
  const cwd = directory;
  return docker(['compose', '--project-name', name, ...named, ...words], { cwd, ...options });
}

/** @throws WrongResult with Compose's own words when the file is broken */
export async function describeProject(project: ComposeProject): Promise<Description> {
  const text = await compose(project, ['config', '--format', 'json']);
  const { services, ...rest } = configuration.parse(JSON.parse(text));
  const folders = Object.values(services).flatMap(({ volumes }) => volumes);
  await makeSecrets(folders.flatMap(({ source }) => source ?? []));

  const described = new Map<string, Service>();
  for (const [name, { image, build, healthcheck, volumes, ...own }] of Object.entries(services)) {
    const images = build ? await imagesOfDockerfile(build) : image ? [image] : [];
    // Others are named volumes, or of the whole machine.
    const mounted = volumes.flatMap(({ source = '' }) =>
      source.startsWith(join(realpathSync(project.directory), sep)) ? [source] : [],
    );
    described.set(name, {
      ...{ images, hasHealthcheck: healthcheck !== undefined, build, mounted },
      ...{ containerName: own.container_name, networks: Object.keys(own.networks ?? {}) },
    });
  }
  const sharedNames = (['volumes', 'networks'] as const).flatMap((kind) =>
    Object.entries(rest[kind])
      .filter(([key, { name, external }]) => !external && name !== `${project.name}_${key}`)
      .map(([key]): Description['sharedNames'][number] => [kind, key]),
  );
  return { services: described, sharedNames };
}

/** The services of a compose file. @throws WrongResult with Compose's own words when the file is broken */
export const readServices = async (project: ComposeProject): Promise<Map<string, Service>> =>
  (await describeProject(project)).services;

async function imagesOfDockerfile(build: { context: string; dockerfile: string }) {
  const text = await readFile(join(build.context, build.dockerfile), 'utf8').catch(() => '');
  return [...text.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, image]) => image as string);
}

/**
 * The compose file's own `secrets` service writes missing secret files; as the owner of the folder this
 * process can do it on every machine, also where the container's user may not write there.
 */
async function makeSecrets(folders: string[]): Promise<void> {
  for (const folder of folders) {
    const script = join(folder, 'make-secrets.ts');
    if (existsSync(script)) await execa(process.execPath, ['--import', 'tsx', script]);
  }
}
