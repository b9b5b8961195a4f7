import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { parseDuration } from '../duration.ts';
import { docker } from '../engine/index.ts';
import { ensureImages, type Image, imageFault, localImages } from '../images/index.ts';
import { buildImages, describeProject, waitFor } from '../stack/index.ts';
import { FOLDER, type Machine } from './machines.ts';
import { readTasks, type Task } from './tasks.ts';

export const STACK = 'workshop';

/** Every task runs and is healthy within. Seconds. */
const RUNNING_LIMIT = 120;

/** What an Alertmanager waits for the one before it, unless its command says otherwise. Seconds. */
const PEER_TIMEOUT = 15;

/** The images of a stack on this machine's engine, and the services that must do without. */
export interface Prepared {
  images: Image[];
  /** Service → why it was left out. */
  leftOut: Map<string, string>;
  /** What to carry to the machines. */
  names: string[];
  /** Those of them that were not here before. */
  temporary: string[];
}

/** Writes the secrets that are missing, builds, and gets what is not built. @throws MachineFault without an image */
export async function prepareImages(file: string, signal: AbortSignal): Promise<Prepared> {
  const secrets = join(dirname(file), '..', 'secrets', 'make-secrets.ts');
  if (existsSync(secrets)) await execa(process.execPath, ['--import', 'tsx', secrets]);
  const project = { directory: dirname(file), name: STACK, files: [basename(file)] };
  const { services } = await describeProject(project);
  const images = await ensureImages(
    [...services.values()].flatMap((it) => it.images),
    signal,
  );
  const leftOut = new Map<string, string>();
  for (const [service, described] of services) {
    const missing = images.find((it) => it.unavailable && described.images.includes(it.full));
    if (!missing) continue;
    if (service !== 'grafana') throw imageFault(missing);
    leftOut.set(service, missing.unavailable ?? '');
  }
  const built = [...services].flatMap(([service, { build }]) => (build ? service : []));
  const named = async (some: string[]) => {
    const args = ['compose', '--file', file, 'config', '--images', ...some];
    return [...new Set((await docker(args, { signal })).split('\n'))];
  };
  const own = built.length > 0 ? await named(built) : [];
  const before = await localImages(own);
  const temporary = own.filter((name) => !before.has(name));
  try {
    if (built.length > 0) await buildImages(project, built, signal);
    const names = await named([...services.keys()].filter((service) => !leftOut.has(service)));
    return { images, leftOut, names, temporary };
  } catch (error) {
    await remove(temporary);
    throw error;
  }
}

async function remove(images: string[]): Promise<void> {
  for (const image of images) await docker(['rmi', image]).catch(() => {});
}

/** Carries images from this machine's engine to the others. Those that were built for it do not stay here. */
export async function carryImages(
  machines: Machine[],
  { names, temporary }: Prepared,
  signal: AbortSignal,
) {
  const archive = join(FOLDER, 'images.tar');
  await docker(['save', '--output', archive, ...names], { signal }).finally(() =>
    remove(temporary),
  );
  const load = ['load', '--quiet', '--input', archive];
  await Promise.all(machines.map((machine) => machine.docker(load, { signal })));
}

/** Every machine a manager, so that two are left to decide when one is lost. */
export async function joinMachines([first, ...others]: Machine[], signal: AbortSignal) {
  if (!first) return;
  await first.docker(['swarm', 'init', '--advertise-addr', first.address], { signal });
  const token = await first.docker(['swarm', 'join-token', '--quiet', 'manager'], { signal });
  for (const { docker, address } of others) {
    const join = ['swarm', 'join', '--advertise-addr', address, '--token', token];
    await docker([...join, `${first.address}:2377`], { signal });
  }
  for (const { label, name } of [first, ...others])
    await first.docker(['node', 'update', '--label-add', label, name], { signal });
}

/** Deploys the stack without the services that are left out, and waits until every task runs. */
export async function deploy(
  { docker }: Machine,
  file: string,
  { leftOut }: Prepared,
  signal: AbortSignal,
): Promise<Task[]> {
  const without = join(FOLDER, 'left-out.yaml');
  const none = { deploy: { replicas: 0 } };
  const services = Object.fromEntries([...leftOut.keys()].map((service) => [service, none]));
  writeFileSync(without, JSON.stringify({ services }));
  const files = [file, ...(leftOut.size > 0 ? [without] : [])];
  const named = files.flatMap((path) => ['--compose-file', path]);
  await docker(['stack', 'deploy', ...named, '--resolve-image', 'never', STACK], { signal });
  await waitFor({
    what: 'every task to run',
    withinSeconds: RUNNING_LIMIT,
    look: () => incomplete(docker),
    until: (services) => services.length === 0,
    every: 1_000,
    signal,
  });
  return fetchTasks(docker);
}

export const fetchTasks = async (docker: Machine['docker']): Promise<Task[]> => {
  const all = ['stack', 'ps', '--no-trunc', '--filter', 'desired-state=running'];
  return readTasks(await docker([...all, '--format', '{{json .}}', STACK]), STACK);
};

/** Services with fewer tasks than wanted, as "workshop_app 2/3 (max 1 per node)". */
async function incomplete(docker: Machine['docker']): Promise<string[]> {
  const services = ['stack', 'services', '--format', '{{.Name}} {{.Replicas}}', STACK];
  return (await docker(services)).split('\n').filter((text) => {
    const [, running, wanted] = text.match(/ (\d+)\/(\d+)/) ?? [];
    return running !== wanted;
  });
}

/** How long the second Alertmanager waits for the first, as the service's own command says. Seconds. */
export async function peerTimeout({ docker }: Machine): Promise<number> {
  const service = await docker(['service', 'inspect', `${STACK}_alertmanager`]);
  const [, given] = service.match(/--cluster\.peer-timeout=(\w+)/) ?? [];
  return given ? parseDuration(given) : PEER_TIMEOUT;
}
