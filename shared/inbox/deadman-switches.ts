import type { Switch } from './entries.ts';

/** A name more would be a mistake, and must not fill the memory or the metrics. */
export const MOST_SWITCHES = 20;

interface Armed {
  lastPing: number;
  silent: boolean;
  timer: NodeJS.Timeout;
}

/** Clocks that must be set back again and again, and speak when nobody does. */
export class DeadmanSwitches {
  readonly #armed = new Map<string, Armed>();
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #spoke: (name: string, state: 'silent' | 'back') => void;

  /** @param spoke called once when a switch falls silent, and once when its pings come again */
  constructor(
    seconds: number,
    now: () => number,
    spoke: (name: string, state: 'silent' | 'back') => void,
  ) {
    this.#intervalMs = seconds * 1_000;
    this.#now = now;
    this.#spoke = spoke;
  }

  /** Sets the clock of a switch back; the first ping makes it. @returns false when there are too many already */
  ping(name: string): boolean {
    const before = this.#armed.get(name);
    if (!before && this.#armed.size >= MOST_SWITCHES) return false;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => this.#fallSilent(name), this.#intervalMs);
    this.#armed.set(name, { lastPing: this.#now(), silent: false, timer });
    if (before?.silent) this.#spoke(name, 'back');
    return true;
  }

  get all(): Switch[] {
    return [...this.#armed].map(([name, { lastPing, silent }]) => ({
      name,
      lastPingAt: new Date(lastPing).toISOString(),
      silent,
      overdueAt: new Date(lastPing + this.#intervalMs).toISOString(),
    }));
  }

  /** Forgets the switches that are silent. One that is armed stays: emptying an inbox must not switch off an alarm. */
  clear(): void {
    for (const [name, { silent }] of this.#armed) if (silent) this.#armed.delete(name);
  }

  /** Nothing speaks any more. */
  stop(): void {
    for (const { timer } of this.#armed.values()) clearTimeout(timer);
  }

  #fallSilent(name: string): void {
    const armed = this.#armed.get(name);
    if (!armed) return;
    armed.silent = true;
    this.#spoke(name, 'silent');
  }
}
