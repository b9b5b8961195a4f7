import { DockerComposeEnvironment, Wait } from 'testcontainers';
import { explainDockerError, Fault } from '../engine/index.ts';
import type { ComposeProject } from './compose-project.ts';
import { containers } from './containers.ts';
import { firstFailure } from './first-failure.ts';
import { takeDown } from './take-down.ts';
import { waitFor } from './wait-for.ts';

/** From the start of the containers until all are healthy. Grafana takes longest, on a slow laptop. */
const HEALTHY_LIMIT_MS = 120_000;

export interface UpOptions {
  services: string[];
  /** Those of them that have a healthcheck. */
  toBeHealthy: string[];
  /** True when the stack must outlive this process. */
  keep: boolean;
  signal?: AbortSignal | undefined;
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
  const up = upThroughTestcontainers(project, services, keep).then(() => {
    old.clear();
    return allHealthy(project, toBeHealthy, signal);
  });
  try {
    await Promise.race([up, firstFailure(project, signal, (id) => old.has(id))]);
  } catch (error) {
    over.abort();
    // Removing its containers makes a start that is still under way fail soon; what it made meanwhile goes too.
    await takeDown(project);
    await up.catch(() => {});
    await takeDown(project);
    options.signal?.throwIfAborted();
    throw error instanceof Fault
      ? error
      : explainDockerError(`${(error as Error).message}`, 'docker compose up');
  } finally {
    over.abort();
  }
}

async function upThroughTestcontainers(project: ComposeProject, services: string[], keep: boolean) {
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
    signal,
  });
}
