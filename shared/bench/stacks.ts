import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../stack/index.ts';

/**
 * Does runs on some stacks, each of which takes the next one when it is through with one, until there were so many.
 *
 * @param play one run, the how many-th it is counted from 0
 * @returns what came of each
 */
export async function runOnStacks<T>(
  stacks: Promise<Stack>[],
  runs: number,
  play: (stack: Stack, run: number) => Promise<T>,
): Promise<T[]> {
  let next = 0;
  const work = stacks.map(async (starting) => {
    await using stack = await starting;
    // None is disturbed by the start of another.
    await Promise.allSettled(stacks);
    const played: T[] = [];
    for (let run = next++; run < runs; run = next++) played.push(await play(stack, run));
    return played;
  });
  await Promise.allSettled(work);
  return (await Promise.all(work)).flat();
}

/**
 * Evaluations come at the same moments of the clock everywhere. This waits for a moment between two of them.
 *
 * @param share of the time from one to the next, 0 to 1
 * @param every seconds between them
 */
export function waitForMoment(share: number, every: number, signal: AbortSignal): Promise<void> {
  const now = (Date.now() / 1_000) % every;
  return pause(1_000 * ((share * every - now + every) % every), undefined, { signal });
}
