import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Switch } from './entries.ts';

/** The metrics of one inbox, in a registry of their own, so that a process can run more than one. */
export class Metrics {
  readonly registry = new Registry();
  readonly #kept = new Map<string, () => number>();
  readonly #deliveries = new Counter({
    name: 'inbox_deliveries_total',
    help: 'Deliveries by channel, and by the word for how they ended',
    labelNames: ['channel', 'result'],
    registers: [this.registry],
  });

  /** @param switches asked at every scrape */
  constructor(switches: () => Switch[]) {
    collectDefaultMetrics({ register: this.registry });
    const kept = this.#kept;
    new Gauge({
      name: 'inbox_entries',
      help: 'Entries kept in memory, by channel',
      labelNames: ['channel'],
      registers: [this.registry],
      collect() {
        for (const [channel, size] of kept) this.set({ channel }, size());
      },
    });
    new Gauge({
      name: 'inbox_deadman_silent',
      help: "1 for a dead man's switch whose pings have stopped",
      labelNames: ['name'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { name, silent } of switches()) this.set({ name }, Number(silent));
      },
    });
  }

  /** @param size asked at every scrape */
  addChannel(channel: string, words: string[], size: () => number): void {
    this.#kept.set(channel, size);
    // A series that is there from the start, at 0, lets rate() see the very first delivery.
    for (const result of ['ok', ...words]) this.#deliveries.inc({ channel, result }, 0);
  }

  countDelivery(channel: string, result: string): void {
    this.#deliveries.inc({ channel, result });
  }
}
