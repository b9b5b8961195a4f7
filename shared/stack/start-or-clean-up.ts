import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { explainDockerError, Fault, MachineFault } from '../engine/index.ts';
import { type ComposeProject, compose } from './compose-project.ts';
import { CONTAINER_PORTS, containers, type ServiceName } from './containers.ts';
import { firstFailure, problemOfService } from './first-failure.ts';
import { askHealthz, describeListeners } from './look-inside.ts';
import type { StartOptions } from './start-stack.ts';
import { waitFor } from './wait-for.ts';

/** Beside the half second after which a container is asked, a short time. The engine computes long to list containers. */
const LOOK_MS = 250;

/** From the start of the containers until all are healthy. Grafana takes longest, on a slow laptop. */
const HEALTHY_LIMIT_MS = 120_000;

interface UpOptions extends Pick<StartOptions, 'services' | 'keep' | 'signal'> {
  /** Those of the services that have a healthcheck. */
  toBeHealthy: string[];
}

/**
 * Starts the services and waits until they are healthy. The first one that fails, or the signal, ends the
 * wait; then everything is taken down again.
 *
 * @throws WrongResult with the last words of the service that failed
 */
export async function startOrCleanUp(project: ComposeProject, options: UpOptions): Promise<void> {
  const { services, toBeHealthy, keep } = options;
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([over.signal, options.signal]) : over.signal;
  const old = new Set(keep ? (await containers(project)).map(({ id }) => id) : []);
  let isStarting = true;
  const up = upThroughTestcontainers(project, services, keep)
    .finally(() => {
      isStarting = false;
    })
    .then(() => {
      old.clear();
      return allHealthy(project, toBeHealthy, signal).then(() => allReachable(project));
    });
  try {
    await Promise.race([up, firstFailure(project, signal, (id) => old.has(id))]);
  } catch (error) {
    over.abort();
    const wasStarting = isStarting;
    await takeDown(project);
    // That makes a start that is still under way fail soon; what it made meanwhile goes too.
    await up.catch(() => {});
    if (wasStarting) await takeDown(project);
    options.signal?.throwIfAborted();
    if (error instanceof Fault) throw error;
    const { message } = error as Error;
    // Around it stands what Compose says about its progress.
    const [refusal] = message.match(/Error response from daemon: .*/) ?? [];
    const command = 'docker compose up';
    throw explainDockerError(message, command, refusal && `${command} failed:\n${refusal}`);
  } finally {
    over.abort();
  }
}

/**
 * A program that listens only to its own container is healthy, and nobody reaches it.
 *
 * @throws WrongResult that says where it listens
 */
async function allReachable(project: ComposeProject): Promise<void> {
  const looks = (await containers(project)).map(async (container) => {
    const address = container.addresses.get(CONTAINER_PORTS[container.service as ServiceName]);
    if (!address || (await askHealthz(address))) return;
    const problem = await describeListeners(container);
    if (problem) throw problemOfService(container.service, problem);
  });
  await Promise.all(looks);
}

async function upThroughTestcontainers(project: ComposeProject, services: string[], keep: boolean) {
  const { DockerComposeEnvironment, Wait } = await import('testcontainers');
  await new DockerComposeEnvironment(project.directory, project.files ?? 'docker-compose.yaml')
    .withProjectName(project.name)
    .withAutoCleanup(!keep)
    // No wait here: Testcontainers would remove a stack that fails before anyone could read its log.
    .withDefaultWaitStrategy(Wait.forAll([]))
    .up(services);
}

async function allHealthy(project: ComposeProject, services: string[], signal: AbortSignal) {
  await waitFor({
    what: `${services.join(', ')} to be healthy`,
    withinSeconds: HEALTHY_LIMIT_MS / 1_000,
    look: () => containers(project),
    until: (seen) =>
      services.every((name) => seen.some((it) => it.service === name && it.health === 'healthy')),
    every: LOOK_MS,
    signal,
  });
}

/**
 * Removes the project's containers, networks, volumes and the images built for it. May be called twice.
 *
 * @throws MachineFault when something is left
 */
export async function takeDown({ directory, name }: ComposeProject): Promise<void> {
  // Nobody waits for what a program would still write to a volume that goes with it.
  const everything = ['--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '0'];
  // No file is named: Compose then goes by its labels where the project's own file is broken or gone by now.
  const cwd = existsSync(directory) ? directory : tmpdir();
  const down = () =>
    compose({ directory, name }, ['--profile', '*', 'down', ...everything], {
      cwd,
      // Out of reach of a second Ctrl-C, but for the instant in which the program starts: then once more.
      detached: process.platform !== 'win32',
    });
  await down()
    .catch(down)
    .catch((error: Error) => {
      const remedy = `docker compose --project-name ${name} down --volumes --remove-orphans`;
      throw new MachineFault('not-removed', { reason: error.message, remedy });
    });
}

/** Runs Compose on a project, and removes the project with what Compose is still making, such as an image. */
export function commandsOf(project: ComposeProject) {
  const running = new Set<Promise<string>>();
  const removed = new AbortController();
  return {
    run: (args: string[]): Promise<string> => {
      const command = compose(project, args, { signal: removed.signal });
      running.add(command);
      const end = () => running.delete(command);
      command.then(end, end);
      return command;
    },
    takeDown: async (): Promise<void> => {
      if (running.size > 0) {
        // Those that follow containers end with them; a build goes on.
        await takeDown(project).catch(() => {});
        removed.abort();
        await Promise.allSettled(running);
      }
      await takeDown(project);
    },
  };
}
