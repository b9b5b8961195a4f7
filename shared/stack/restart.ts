import { containers } from './containers.ts';
import { firstFailure } from './first-failure.ts';
import type { ServiceName } from './ports.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

/** How long a service may take to start. A busy machine is slow. */
const LIMIT_SECONDS = 60;

/** How long one question is waited for. */
const ANSWER_LIMIT_MS = 2_000;

/**
 * Restarts services, and waits until each answers, or is healthy. A program that ends with an error ends the wait.
 *
 * @throws WrongResult with the last words of the one that failed
 */
export async function restart(
  stack: Stack,
  services: ServiceName[],
  signal: AbortSignal,
): Promise<void> {
  await stack.compose('restart', ...services);
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const ready = services.map((service) =>
    waitFor({
      what: `${service} to answer`,
      withinSeconds: LIMIT_SECONDS,
      look: async () => (await answers(stack, service)) || (await isHealthy(stack, service)),
      until: (isReady) => isReady,
      signal: ended,
    }),
  );
  try {
    await Promise.race([Promise.all(ready), firstFailure(stack.project, ended)]);
  } finally {
    over.abort();
  }
}

const answers = async (stack: Stack, service: ServiceName): Promise<boolean> =>
  fetch(await stack.url(service), { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).then(
    () => true,
    () => false,
  );

/** One that never answers at / may do so where its healthcheck asks. */
const isHealthy = async ({ project }: Stack, name: ServiceName): Promise<boolean> =>
  (await containers(project)).some(
    ({ service, health }) => service === name && health === 'healthy',
  );
