import type { Channel } from './channel.ts';
import type { DeadmanSwitches } from './deadman-switches.ts';
import type { Entry, Mail, Message, Page } from './entries.ts';
import type { LiveStream } from './live-stream.ts';
import type { Metrics } from './metrics.ts';

/** What can be set from outside. */
export interface Settings {
  /** The part of the webhook's address after the host: /services/TEAM/BOT/TOKEN */
  webhookPath: string;
  /** The only Slack channel this webhook posts to, without its hash. */
  channel: string;
  /** From here on a sender is refused; for each way in. */
  deliveriesPerSecond: number;
  /** Where e-mail is accepted; 0 takes any free port. */
  smtpPort: number;
  smtpUser: string;
  /** Read at every login, so that the file may come later; undefined lets everybody in. */
  smtpPassword: (() => string) | undefined;
  /** Read at every event. */
  routingKey: () => string;
  /** How long a dead man's switch waits for the next ping. */
  deadmanSeconds: number;
  /** A folder in which messages, mails and pages outlive the process; undefined keeps them in memory only. */
  state: string | undefined;
  /** Where the page of a class board lies, which is shown at /class/: "http://board:8091". */
  board: string | undefined;
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
  smtpPort: 0,
  smtpUser: 'alertmanager',
  smtpPassword: undefined,
  // As long as a real one, and no secret either.
  routingKey: () => 'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
  deadmanSeconds: 30,
  state: undefined,
  board: undefined,
  now: Date.now,
  stopping: new AbortController().signal,
};

/** The parts that the routes share. */
export interface Inbox {
  settings: Settings;
  channels: {
    slack: Channel<Message>;
    mail: Channel<Mail>;
    pager: Channel<Page>;
    /** Keeps nothing but its count: a ping only moves a clock. */
    deadman: Channel<Entry>;
  };
  switches: DeadmanSwitches;
  stream: LiveStream;
  metrics: Metrics;
}
