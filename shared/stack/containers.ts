import { explainDockerError, MachineFault } from '../engine/index.ts';
import type { ComposeProject } from './compose-project.ts';

/** The port each service listens on inside its container. */
export const CONTAINER_PORTS = {
  app: 8080,
  prometheus: 9090,
  grafana: 3000,
  alertmanager: 9093,
  inbox: 8025,
  'prometheus-2': 9090,
  'alertmanager-2': 9093,
  'victoria-metrics': 8428,
};

export type ServiceName = keyof typeof CONTAINER_PORTS;

/** One container of a project, as the engine describes it. */
export interface ContainerState {
  id: string;
  service: string;
  /** created, running, exited, … */
  state: string;
  exitCode: number;
  /** healthy, unhealthy, starting, or empty without a healthcheck. */
  health: string;
  /** Its ports that are published on this machine: port in the container → address, such as 127.0.0.1:49153. */
  addresses: Map<number, string>;
}

/** Testcontainers' own client: asking the engine's API costs a hundredth of starting the program `docker`. */
async function runtime() {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return (await getContainerRuntimeClient()).container;
}

/** All containers of the project, stopped ones too. @throws MachineFault when the engine does not answer */
export async function containers({ name }: ComposeProject): Promise<ContainerState[]> {
  const label = [`com.docker.compose.project=${name}`, 'com.docker.compose.oneoff=False'];
  const { dockerode } = await runtime();
  const found = await dockerode
    .listContainers({ all: true, filters: { label } })
    .catch(({ code = '', message }: NodeJS.ErrnoException) => {
      if (/^(ECONNREFUSED|ENOENT)$/.test(code)) throw new MachineFault('engine-silent');
      throw explainDockerError(message, 'Asking the engine for its containers');
    });
  return found.map(({ Id: id, Labels, State: state, Status, Ports }) => ({
    id,
    service: Labels['com.docker.compose.service'] ?? '',
    state,
    // "Exited (1) 2 seconds ago", "Restarting (1) 1 second ago", "Up 3 seconds (healthy)", "Up 1 second (health: starting)"
    exitCode: Number(Status.match(/^(?:Exited|Restarting) \((\d+)\)/)?.[1] ?? 0),
    health: Status.match(/\((?:health: )?(healthy|unhealthy|starting)\)/)?.[1] ?? '',
    addresses: new Map(
      Ports.filter(({ PublicPort }) => PublicPort).map(({ IP, PrivatePort, PublicPort }) => [
        PrivatePort,
        `${IP}:${PublicPort}`,
      ]),
    ),
  }));
}

/** The container of a service. @throws Error where it has none */
export async function findContainer(project: ComposeProject, service: string) {
  const found = (await containers(project)).find((one) => one.service === service);
  if (found) return found;
  throw new Error(`The service ${service} has no container`);
}

/** Where a service is reached on this machine, without a slash at the end. @throws Error when it publishes no port */
export async function findUrl(project: ComposeProject, service: ServiceName): Promise<string> {
  const port = CONTAINER_PORTS[service];
  const address = (await findContainer(project, service)).addresses.get(port);
  if (address) return `http://${address}`;
  throw new Error(`The service ${service} publishes no port for ${port} in its container`);
}

/** Stops a container that runs: its program is asked to end, and killed when it has not after some seconds. */
export async function stop(id: string, seconds: number): Promise<void> {
  const client = await runtime();
  await client.stop(client.getById(id), { timeout: seconds * 1_000 });
}

export async function start(id: string): Promise<void> {
  const client = await runtime();
  await client.start(client.getById(id));
}

/** Runs a program in a container. @returns what it printed on both streams, on that for errors, and its exit code */
export async function exec(id: string, command: string[]) {
  const client = await runtime();
  return client.exec(client.getById(id), command);
}

/** Before each part of a log the engine says which stream it is of, and how long it is. Bytes. */
const HEADER = 8;

/**
 * What a container has printed.
 *
 * @param since seconds since 1970
 * @param tail at most so many lines, the last ones
 */
export async function logs(id: string, since = 0, tail = 1_000) {
  const container = (await runtime()).getById(id);
  const log = await container.logs({ follow: false, stdout: true, stderr: true, since, tail });
  const streams = { stdout: '', stderr: '' };
  for (let at = 0, size = 0; at < log.length; at += HEADER + size) {
    size = log.readUInt32BE(at + HEADER / 2);
    const stream = log[at] === 2 ? 'stderr' : 'stdout';
    streams[stream] += log.toString('utf8', at + HEADER, at + HEADER + size);
  }
  return streams;
}

/** A container, to be told or asked anything. */
export const handle = async (id: string) => (await runtime()).getById(id);

/** Everything that the engine knows about a container. */
export const inspect = async (id: string) => (await handle(id)).inspect();
