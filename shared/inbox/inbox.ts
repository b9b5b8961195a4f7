import type { FailureSwitch } from './failure-switch.ts';
import type { LiveStream } from './live-stream.ts';
import type { MessageStore } from './message-store.ts';
import type { Metrics } from './metrics.ts';

/** What can be set from outside. */
export interface Settings {
  /** The part of the webhook's address after the host: /services/TEAM/BOT/TOKEN */
  webhookPath: string;
  /** The only channel this webhook posts to, without its hash. */
  channel: string;
  /** From here on a sender gets 429. */
  deliveriesPerSecond: number;
  /** The clock, in milliseconds since 1970. */
  now: () => number;
  /** Aborted when the service must stop; ends the live streams, which would go on for ever. */
  stopping: AbortSignal;
}

export const DEFAULTS: Settings = {
  // The placeholder that Slack's documentation uses. It is no secret.
  webhookPath: '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  channel: 'alerts',
  deliveriesPerSecond: 50,
  now: Date.now,
  stopping: new AbortController().signal,
};

/** The parts that the routes share. */
export interface Inbox {
  settings: Settings;
  store: MessageStore;
  failures: FailureSwitch;
  stream: LiveStream;
  metrics: Metrics;
}
