import type { Entry, NewEntry } from './entries.ts';

/** Enough for a day of class, and little enough for a container of 128 MB. */
export const STORE_LIMITS = { entries: 200, bytes: 1_000_000 };

/** Keeps the newest entries in memory, oldest first. */
export class Store<E extends Entry> {
  #kept: { entry: E; bytes: number }[] = [];
  #bytes = 0;
  #lastId = 0;

  /**
   * Adds an entry, and forgets the oldest ones that no longer fit.
   *
   * @param bytes the size of the delivery as received
   * @param now in milliseconds since 1970
   */
  add(received: NewEntry<E>, bytes: number, now: number): E {
    this.#lastId += 1;
    const entry = { id: this.#lastId, receivedAt: new Date(now).toISOString(), ...received } as E;
    this.#kept.push({ entry, bytes });
    this.#bytes += bytes;
    while (this.#kept.length > STORE_LIMITS.entries || this.#bytes > STORE_LIMITS.bytes) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0;
    }
    return entry;
  }

  /** Entries with a higher id than `id`, oldest first. */
  since(id: number): E[] {
    return this.#kept.map(({ entry }) => entry).filter((entry) => entry.id > id);
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
  }

  get size(): number {
    return this.#kept.length;
  }
}
