import { firstFailure } from './first-failure.ts';
import type { ServiceName } from './ports.ts';
import type { Stack } from './stack.ts';
import { waitFor } from './wait-for.ts';

/** Servers that read their settings again on SIGHUP, and say in their metrics when they have. */
export type Reloadable = 'prometheus' | 'alertmanager';

/** Reading its files takes a server some milliseconds; a slow machine may take longer. */
const LIMIT_SECONDS = 5;

/**
 * Tells a server to read its files again, and waits until it has. One that cannot read them keeps its old settings; the
 * checks find out.
 */
export async function reload(stack: Stack, service: Reloadable): Promise<void> {
  const before = await lastReload(stack, service).catch(() => '');
  await stack.compose('kill', '--signal', 'SIGHUP', service);
  await waitFor({
    what: `${service} to read its settings`,
    withinSeconds: LIMIT_SECONDS,
    look: () => lastReload(stack, service),
    until: (seen) => seen !== before,
  }).catch(() => {});
}

/** How long a service that was restarted may take to answer. A busy machine is slow to start one. */
const RESTART_SECONDS = 60;

/**
 * Restarts services, and waits until they answer. A program that ends with an error ends the wait.
 *
 * @throws WrongResult with the last words of the one that failed
 */
export async function restart(stack: Stack, services: ServiceName[]): Promise<void> {
  await stack.compose('restart', ...services);
  const over = new AbortController();
  const answers = services.map((service) =>
    waitFor({
      what: `${service} to answer`,
      withinSeconds: RESTART_SECONDS,
      look: async () => fetch(await stack.url(service)),
      until: () => true,
      signal: over.signal,
    }),
  );
  try {
    await Promise.race([Promise.all(answers), firstFailure(stack.project, over.signal)]);
  } finally {
    over.abort();
  }
}

/** Whether the last one went well, and when one last did. */
async function lastReload(stack: Stack, service: Reloadable): Promise<string> {
  const answer = await fetch(`${await stack.url(service)}/metrics`);
  const lines = (await answer.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${service}_config_last_reload_`)).join(' ');
}
