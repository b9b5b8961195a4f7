import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orDiskFault } from '../engine/index.ts';
import { alertJourney } from './alert-journey.ts';
import { alertmanagerClient } from './alertmanager.ts';
import { type ComposeProject, describeProject } from './compose-project.ts';
import {
  CONTAINER_PORTS,
  containers,
  exec,
  findContainer,
  findUrl,
  handle,
  logs,
  type ServiceName,
  start,
  stop,
} from './containers.ts';
import { basicLogin, grafanaClient } from './grafana.ts';
import { httpClient } from './http.ts';
import { inboxClient } from './inbox.ts';
import { addOverrides, type ReplacedFile, removeOverrides, writeReplaced } from './overrides.ts';
import { prometheusClient } from './prometheus.ts';
import { commandsOf, takeDown } from './start-or-clean-up.ts';
import { bringUp, prepareReaper, type Started } from './start-stack.ts';

/** How long it is believed that a service still has its port, unless nothing answers there. Milliseconds. */
const URL_HOLDS_MS = 5_000;

export interface StackOptions {
  /** The folder that holds the compose file. */
  directory: string;
  /** The compose file, and what overrides it. Default: docker-compose.yaml. */
  composeFiles?: string[];
  /** `free` (the default) for tests, `own` for the ports that the compose file names. */
  ports?: 'free' | 'own';
  /** Default: a name of its own for each stack. */
  name?: string;
  /** Default: every service of the file. */
  services?: string[];
  /** Services that may be missing when their image is not available. Default: grafana. */
  optional?: string[];
  /** Files that services see in place of their own; not with `own` ports. */
  replaced?: ReplacedFile[];
  /** Leave the stack up when it is disposed. */
  keep?: boolean;
  /** The `builds` of an earlier stack of the same name, where its images hold unless the compose file builds others. */
  built?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Starts a step's compose project and waits until it is healthy.
 *
 *     await using stack = await startStack({ directory: 'solutions/05-load-test' });
 *     await stack.prometheus.query('up');
 *
 * @throws MachineFault when an image, a port or the disk is in the way
 * @throws WrongResult when a service does not start, with its last words
 */
export async function startStack(options: StackOptions) {
  const project: ComposeProject = {
    directory: options.directory,
    name: options.name ?? `workshop-${randomBytes(4).toString('hex')}`,
    files: options.composeFiles ?? ['docker-compose.yaml'],
  };
  const { services = [], optional = ['grafana'], keep = false, built, signal } = options;
  // Loading Testcontainers takes a moment, in which Compose reads its file and builds images.
  const reaper = keep ? Promise.resolve() : prepareReaper();
  reaper.catch(() => {});
  try {
    const description = await describeProject(project);
    if (options.ports !== 'own')
      await orDiskFault('The containers are not started', () =>
        addOverrides(project, description, options.replaced ?? [], keep),
      );
    const described = description.services;
    const wanted = { described, services, optional, keep, built, reaper, signal };
    return stackOf(project, await bringUp(project, wanted), keep);
  } catch (error) {
    // Containers that an earlier run has left up would go on with files that are removed now. The demo has none.
    if (keep && options.ports !== 'own') await takeDown(project).catch(() => {});
    await removeOverrides(project);
    throw error;
  }
}

/** Removes a stack, if there is one, and what was added to its project. @throws MachineFault when something is left */
export async function removeStack(project: ComposeProject, remove = takeDown): Promise<void> {
  await remove(project);
  await removeOverrides(project);
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

function stackOf(project: ComposeProject, started: Started, keep: boolean) {
  const commands = commandsOf(project);
  const url = (service: ServiceName) => findUrl(project, service);
  /** Where services answer, for a moment: whoever waits asks ten times a second, and the engine is slower than they are. */
  const urls = new Map<ServiceName, { url: Promise<string>; until: number }>();
  const recentUrl = (service: ServiceName): Promise<string> => {
    const known = urls.get(service);
    if (known && Date.now() < known.until) return known.url;
    const asked = { url: url(service), until: Date.now() + URL_HOLDS_MS };
    urls.set(service, asked);
    asked.url.catch(() => urls.delete(service));
    return asked.url;
  };
  /** Containers that are made or started get other ports. */
  const withOtherUrls = <T>(change: Promise<T>): Promise<T> => change.finally(() => urls.clear());
  const ofService = (service: string, change: (id: string) => Promise<unknown>) =>
    withOtherUrls(
      containers(project).then((all) =>
        Promise.all(all.filter((it) => it.service === service).map(({ id }) => change(id))),
      ),
    );
  const { http, ...servers } = serversAt(recentUrl, (service) => urls.delete(service));

  return {
    project,
    ...started,
    /** Where a service answers on this machine, without a slash at the end. */
    url,
    /** The same for every service that runs and publishes a port. */
    urls: async (): Promise<Record<string, string>> => {
      const names = (Object.keys(CONTAINER_PORTS) as ServiceName[]).filter((name) =>
        started.services.includes(name),
      );
      return Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await url(name)])),
      );
    },
    ...servers,
    /** As admin, with the password from the given secrets folder. */
    grafana: async (secrets: string) => {
      const password = await readFile(join(secrets, 'grafana/admin_password'), 'utf8');
      const authorization = basicLogin('admin', password.trim());
      return grafanaClient(http('Grafana', 'grafana', { authorization }));
    },
    /** Runs `docker compose …` on this stack. */
    compose: (...args: string[]) => withOtherUrls(commands.run(args)),
    /** Makes all containers anew, which remember nothing. */
    startAnew: async () => {
      await commands.run(['down', '--volumes', '--timeout', '0']);
      await withOtherUrls(commands.run(['up', '--detach', '--wait', ...started.services]));
    },
    /** Stops the containers of a service; after some seconds it kills them. */
    stop: (service: string, seconds: number) => ofService(service, (id) => stop(id, seconds)),
    /** Starts the containers of a service that was stopped. */
    start: (service: string) => ofService(service, start),
    container: async (service: string) => handle((await findContainer(project, service)).id),
    exec: async (service: string, command: string[]) =>
      exec((await findContainer(project, service)).id, command),
    /** What the container of a service has printed; of many lines the last ones. */
    logs: async (service: string) => logs((await findContainer(project, service)).id),
    containers: () => containers(project),
    /** Other contents for files that were replaced at the start. */
    replace: (files: ReplacedFile[]) => writeReplaced(project, files),
    takeDown: () => removeStack(project, commands.takeDown),
    [Symbol.asyncDispose]: async () => {
      if (!keep) await removeStack(project, commands.takeDown);
    },
  };
}

/**
 * Clients of the servers of a stack.
 *
 * @param url where a service answers, without a slash at the end
 * @param lost hears when nothing answered there
 */
export function serversAt(
  url: (service: ServiceName) => Promise<string>,
  lost: (service: ServiceName) => unknown = () => {},
) {
  const http = (title: string, service: ServiceName, headers?: Record<string, string>) =>
    httpClient(
      title,
      () => url(service),
      headers,
      () => lost(service),
    );
  const prometheus = prometheusClient(http('Prometheus', 'prometheus'));
  const alertmanager = alertmanagerClient(http('Alertmanager', 'alertmanager'));
  return {
    http,
    app: http('The app', 'app'),
    prometheus,
    alertmanager,
    /** VictoriaMetrics, which answers as Prometheus does. */
    store: prometheusClient(http('VictoriaMetrics', 'victoria-metrics')),
    /** An alert on its way, by its name. */
    alert: (name: string) => alertJourney(prometheus, alertmanager, name),
    inbox: inboxClient(http('The inbox', 'inbox')),
  };
}
