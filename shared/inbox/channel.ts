import { join } from 'node:path';
import type { Entry, NewEntry } from './entries.ts';
import { FailureSwitch } from './failure-switch.ts';
import type { LiveStream } from './live-stream.ts';
import type { Metrics } from './metrics.ts';
import { Refusal, type Refusals } from './refusal.ts';
import { Store } from './store.ts';

export const CHANNELS = ['slack', 'mail', 'pager', 'deadman'] as const;

export type ChannelName = (typeof CHANNELS)[number];

/** Deliveries are counted in the second that ends now. Slack's own limit is about one each second. */
const WINDOW_MS = 1_000;

/** A sender that was refused may try again after this many seconds. */
export const RETRY_AFTER = WINDOW_MS / 1_000;

interface Options {
  name: ChannelName;
  /** Of the live stream, for each entry. */
  event: string;
  refusals: Refusals;
  /** The words that its switch can refuse with, the first one unless told otherwise. */
  onRequest: string[];
  stream: LiveStream;
  metrics: Metrics;
  deliveriesPerSecond: number;
  state: string | undefined;
  now: () => number;
}

/** One of the ways into the inbox: what it keeps, how much it takes, and the switch that makes it refuse. */
export class Channel<E extends Entry> {
  readonly store: Store<E>;
  readonly failures: FailureSwitch;
  readonly #options: Options;
  /** When the deliveries of the last second came. */
  #recent: number[] = [];

  constructor(options: Options) {
    const { name, refusals, onRequest, stream, metrics, state } = options;
    this.#options = options;
    this.store = new Store(state && join(state, `${name}.json`));
    const words = new Map(onRequest.map((word) => [refusals[word] as number, word]));
    this.failures = new FailureSwitch(words, (switched) =>
      stream.send('failures', { channel: name, ...switched }),
    );
    metrics.addChannel(name, Object.keys(refusals), () => this.store.size);
  }

  /**
   * Whether a delivery may come in now.
   *
   * @param delivery what is the same in every attempt
   * @returns which attempt it is
   * @throws Refusal when there are too many, or the switch is on
   */
  admit(delivery: string): number {
    const { refusals, deliveriesPerSecond } = this.#options;
    const now = this.#options.now();
    this.#recent = this.#recent.filter((time) => time > now - WINDOW_MS);
    if (this.#recent.length >= deliveriesPerSecond) {
      throw new Refusal('rate_limited', refusals.rate_limited as number);
    }
    this.#recent.push(now);
    return this.failures.pass(delivery);
  }

  /** Keeps an entry and shows it. @param bytes the size as received */
  keep(entry: NewEntry<E>, bytes: number): E {
    const { stream, event, now } = this.#options;
    const kept = this.store.add(entry, bytes, now());
    stream.send(event, kept);
    return kept;
  }

  count(result: 'ok' | Refusal): void {
    const { metrics, name } = this.#options;
    metrics.countDelivery(name, result === 'ok' ? result : result.word);
  }
}
