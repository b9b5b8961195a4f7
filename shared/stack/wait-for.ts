import { channel } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { MachineFault, WrongResult } from '../engine/index.ts';

/** How often a condition is looked at. Short beside the seconds in which alerts move. */
const POLL_INTERVAL_MS = 100;

/** What takes long is looked at less often, but at least so often. */
const LONGEST_INTERVAL_MS = 500;

/** Tells whoever measures what was awaited, and from when to when, in milliseconds of `performance.now()`. */
const waits = channel('workshop:wait');

export interface Wait<T> {
  /** What is awaited, as the end of "Waited 30 s for …". */
  what: string;
  /** The bound in seconds, computed from the configuration wherever there is one. */
  withinSeconds: number;
  /** Looks once. An error counts as "not yet" and is reported as the last thing seen, but for one of the machine. */
  look: () => Promise<T>;
  until: (seen: T) => boolean;
  /** How often the first looks are, in milliseconds. Default: 100. */
  every?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Waits until a condition holds and returns what was seen then.
 *
 * @throws WrongResult that says what was awaited and what was last seen, when the bound is over
 * @throws MachineFault at once, when that is why nothing is seen
 * @throws the signal's reason, as soon as it is aborted
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const from = performance.now();
  try {
    return await lookUntil(wait);
  } finally {
    waits.publish({ what: wait.what, from, to: performance.now() });
  }
}

async function lookUntil<T>(wait: Wait<T>): Promise<T> {
  const start = Date.now();
  const end = start + wait.withinSeconds * 1_000;
  let lastSeen = 'nothing';
  // The last look comes after the end, because the machine may have stalled before it.
  for (let isLast = false; !isLast; ) {
    isLast = !(Date.now() < end);
    try {
      const seen = await wait.look();
      if (wait.until(seen)) return seen;
      lastSeen = shorten(JSON.stringify(seen) ?? String(seen));
    } catch (error) {
      if (error instanceof MachineFault) throw error;
      lastSeen = shorten((error as Error).message);
    }
    const least = wait.every ?? POLL_INTERVAL_MS;
    const interval = Math.max(least, Math.min((Date.now() - start) / 20, LONGEST_INTERVAL_MS));
    if (!isLast) await pause(interval, undefined, { ...(wait.signal && { signal: wait.signal }) });
  }
  throw new WrongResult(
    `Waited ${Math.round(wait.withinSeconds)} s for ${wait.what}. Last seen: ${lastSeen}`,
    'docker compose ps, and docker compose logs --tail 20',
  );
}

const shorten = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)} …` : text);
