import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ComposeProject, Description } from './compose-project.ts';
import { CONTAINER_PORTS, type ServiceName } from './containers.ts';

/** Where what is added to a project lies: in the repository, because Docker can mount from there on every system. */
const HOME = join(import.meta.dirname, '..', '..', '.workshop', 'stacks');

/** A starting container is asked at least so often, however busy the machine is. Milliseconds. */
const LONGEST_START_INTERVAL = 2_000;

/**
 * A container is asked for the first time after one interval, and nobody likes to wait; but each question starts a
 * program, and asking many containers often keeps a small or busy machine busier.
 *
 * @param keep of containers that stay up: asked in another way they would be made anew, so it is the same each time
 */
function askSoon(keep: boolean) {
  // Windows knows no load and says 0.
  const load = keep ? 0 : (loadavg()[0] ?? 0);
  const busy = Math.max(1, load / availableParallelism());
  // Where programs queue for their turn, each question makes the queue longer.
  const interval = Math.max(500, Math.min(250 * busy, LONGEST_START_INTERVAL));
  const start_interval = `${Math.round(interval)}ms`;
  // Once it works, a verdict sees by itself whether it goes on.
  return { start_period: '60s', start_interval, interval: keep ? '30s' : '10m', retries: 1 };
}

/** A server whose files are replaced is told to take up what they name at once; by default it waits for some seconds. */
const QUICKER: Record<string, string[]> = {
  prometheus: ['--scrape.discovery-reload-interval=500ms'],
};

/** A file that a service sees in place of its own. */
export interface ReplacedFile {
  service: string;
  /** The path in the container. */
  target: string;
  content: string;
  /** Who may read it: the mode of the file that it stands in for. */
  mode: number;
}

/**
 * Adds a compose file to the project, so that any number of stacks run side by side: with it the engine chooses a free
 * port for each service, however the project publishes it, and what has one name on the whole machine, a container, a
 * volume or a network, has one for each project. And files can be replaced.
 */
export async function addOverrides(
  project: ComposeProject,
  { services: described, sharedNames }: Description,
  replaced: ReplacedFile[],
  keep: boolean,
): Promise<void> {
  const services: Record<string, object> = {};
  const healthcheck = askSoon(keep);
  const folder = folderOf(project);
  await mkdir(folder, { recursive: true });
  for (const [name, service] of described) {
    const port = CONTAINER_PORTS[name as ServiceName];
    const { command = [], containerName, startPeriod } = service;
    const isReplaced = replaced.some((it) => it.service === name);
    // A flag that the file gives already may not be given twice.
    const quicker = (isReplaced && command?.[0]?.startsWith('-') && QUICKER[name]) || [];
    const added = quicker.filter((flag) => !`${command}`.includes(flag.split('=')[0] ?? ''));
    services[name] = {
      ...(added.length > 0 && { command: [...command, ...added] }),
      // Others are asked by containers only.
      ports: port ? [`127.0.0.1:0:${port}`] : [],
      ...(containerName && {
        container_name: null,
        // Other containers may know it by this name.
        networks: Object.fromEntries(
          service.networks.map((it) => [it, { aliases: [containerName] }]),
        ),
      }),
      // A container that was left up reads its files only when it starts; with other ones, it is another container.
      labels: { 'workshop.files': await computeStamp(service.mounted) },
      ...(service.build && { build: { context: service.build.context } }),
      // One that the compose file gives longer to start keeps that.
      ...(service.hasHealthcheck && {
        healthcheck: { ...healthcheck, ...(startPeriod && { start_period: startPeriod }) },
      }),
    };
  }
  await writeReplaced(project, replaced);
  for (const { service, target } of replaced) {
    const volumes = [{ type: 'bind', source: fileFor(project, target), target, read_only: true }];
    services[service] = { ...services[service], volumes };
  }
  const names: Record<string, Record<string, object>> = {};
  for (const [kind, key] of sharedNames)
    names[kind] = { ...names[kind], [key]: { name: `${project.name}_${key}` } };
  const file = join(folder, 'compose.yaml');
  // Without these tags, Compose would publish the project's own ports too, and keep the container's name.
  const text = stringify({ services, ...names })
    .replaceAll(/^( {4}ports:)/gm, '$1 !override')
    .replaceAll(/^( {4}container_name:) null$/gm, '$1 !reset null');
  await writeFile(file, text);
  project.files = [...(project.files ?? ['docker-compose.yaml']), file];
}

/** Writes the contents in place, so that a running container sees them too. */
export async function writeReplaced(project: ComposeProject, replaced: ReplacedFile[]) {
  for (const { target, content, mode } of replaced) {
    const file = fileFor(project, target);
    // It may be a copy of one that can only be read.
    await chmod(file, 0o644).catch(() => {});
    await writeFile(file, content);
    await chmod(file, mode);
  }
}

export const removeOverrides = (project: ComposeProject): Promise<void> =>
  rm(folderOf(project), { recursive: true, force: true });

const fileFor = (project: ComposeProject, target: string): string =>
  join(folderOf(project), target.replaceAll('/', '-').slice(1));

const folderOf = ({ name }: ComposeProject): string => join(HOME, name);

/** Some characters that change when one of these files or folders does: its paths, sizes and times. */
async function computeStamp(paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of [path, ...(await below(path))]) {
      const found = await stat(file).catch(() => undefined);
      if (!found?.isDirectory()) hash.update(`${file} ${found?.size} ${found?.mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** All below a folder, without installed packages; none below a file, or where this may not be seen. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter(({ name }) => name !== 'node_modules')
    .map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...(await below(path))] : [path];
    });
  return (await Promise.all(paths)).flat().sort();
}
