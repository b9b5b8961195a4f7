import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { REFUSALS, type RefusalWord } from './refusal.ts';

export interface Metrics {
  registry: Registry;
  countDelivery(result: 'ok' | RefusalWord): void;
}

/**
 * Makes the metrics of one inbox, in a registry of their own, so that a process can run more than one.
 *
 * @param messagesKept asked at every scrape
 */
export function createMetrics(messagesKept: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const deliveries = new Counter({
    name: 'inbox_deliveries_total',
    help: 'Deliveries to the webhook, by the word they were answered with',
    labelNames: ['result'],
    registers: [registry],
  });
  // A series that is there from the start, at 0, lets rate() see the very first delivery.
  for (const result of ['ok', ...Object.keys(REFUSALS)]) deliveries.inc({ result }, 0);

  new Gauge({
    name: 'inbox_messages',
    help: 'Messages kept in memory',
    registers: [registry],
    collect() {
      this.set(messagesKept());
    },
  });

  return { registry, countDelivery: (result) => deliveries.inc({ result }) };
}
