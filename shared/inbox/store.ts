import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Entry, NewEntry } from './entries.ts';

/** Enough for a day of class, and little enough for a container of 128 MB. */
const STORE_LIMITS = { entries: 200, bytes: 1_000_000 };

/** Keeps the newest entries, oldest first: in memory, and in a file where it has one. */
export class Store<E extends Entry> {
  #kept: { entry: E; bytes: number }[] = [];
  #bytes = 0;
  #lastId = 0;
  readonly #file: string | undefined;

  /** @param file a broken one is put aside, and the store begins empty */
  constructor(file?: string) {
    this.#file = file;
    if (!file || !existsSync(file)) return;
    try {
      const { lastId, kept } = JSON.parse(readFileSync(file, 'utf8'));
      for (const { bytes } of kept) this.#bytes += bytes;
      [this.#lastId, this.#kept] = [lastId, kept];
    } catch (error) {
      renameSync(file, `${file}.broken`);
      console.error(`${file} cannot be read, and is put aside: ${(error as Error).message}`);
    }
  }

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
    this.#save();
    return entry;
  }

  /** Entries with a higher id than `id`, oldest first. */
  since(id: number): E[] {
    return this.#kept.map(({ entry }) => entry).filter((entry) => entry.id > id);
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
    this.#save();
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Whoever reads the file sees the old one or the new one, whole. */
  #save(): void {
    if (!this.#file) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify({ lastId: this.#lastId, kept: this.#kept }), {
      flush: true,
    });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
