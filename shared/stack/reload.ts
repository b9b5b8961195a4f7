import type { Stack } from './stack.ts';
import { awaitNewTargets, targetsOf } from './target-sync.ts';
import { waitFor } from './wait-for.ts';

/** Servers that read their settings again on SIGHUP, and say in their metrics when they have. */
export type Reloadable = 'prometheus' | 'alertmanager';

/** Reading its files takes a server some milliseconds; a slow machine may take longer. */
const LIMIT_SECONDS = 5;

/**
 * Tells a server to read its files again, and waits until they are in effect. One that cannot read them keeps its old
 * settings; the checks find out.
 */
export async function reload(
  stack: Stack,
  service: Reloadable,
  signal?: AbortSignal,
): Promise<void> {
  const before = await lastReload(stack, service).catch(() => '');
  const targets = service === 'prometheus' ? await targetsOf(stack) : undefined;
  await stack.compose('kill', '--signal', 'SIGHUP', service);
  await waitFor({
    what: `${service} to read its settings`,
    withinSeconds: LIMIT_SECONDS,
    look: () => lastReload(stack, service),
    until: (seen) => seen !== before,
    signal,
  }).catch(() => {});
  if (targets) await awaitNewTargets(stack, targets, signal);
}

/** Whether the last one went well, and when one last did. */
async function lastReload(stack: Stack, service: Reloadable): Promise<string> {
  const answer = await fetch(`${await stack.url(service)}/metrics`);
  const lines = (await answer.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${service}_config_last_reload_`)).join(' ');
}
