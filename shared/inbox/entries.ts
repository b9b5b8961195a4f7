/** What every kept delivery has. */
export interface Entry {
  /** Counts up from 1 in its channel and is never used twice, not even after a clean-up. */
  id: number;
  /** This service's clock, ISO 8601 with milliseconds. */
  receivedAt: string;
  /** 1, plus how often the failure switch had refused the very same delivery before. */
  attempt: number;
}

/** What a channel makes of a delivery; the store adds id and time. */
export type NewEntry<E extends Entry> = Omit<E, 'id' | 'receivedAt'>;

/** One delivery to Slack, flattened: Alertmanager puts everything into the first attachment. Absent texts are ''. */
export interface Message extends Entry {
  /** With its hash, for example "#alerts". */
  channel: string;
  username: string;
  /** Stands above the colour bar. */
  pretext: string;
  title: string;
  /** The title links there. */
  titleLink: string;
  text: string;
  /** Of the bar: good, warning, danger or #rrggbb. */
  color: string;
  fields: Field[];
  footer: string;
  /** The plain summary that Slack puts into its notifications. */
  fallback: string;
  /** The JSON as it was received. */
  payload: Record<string, unknown>;
}

export interface Field {
  title: string;
  value: string;
  /** Short fields stand side by side. */
  short: boolean;
}

export interface Mail extends Entry {
  /** The sender as its header shows it: "Alertmanager <alerts@example.com>" */
  from: string;
  /** Whom the server was told to deliver it to, one address each. */
  to: string[];
  subject: string;
  /** The plain part; made from the other one where there is none. */
  text: string;
  /** The HTML part, or ''. */
  html: string;
}

/** One event of a pager. Fields that only a trigger has are '' in the others. */
export interface Page extends Entry {
  action: 'trigger' | 'acknowledge' | 'resolve';
  /** Events with the same key are about the same incident. */
  dedupKey: string;
  summary: string;
  severity: string;
  source: string;
  details: Record<string, unknown>;
}

/** A dead man's switch, as GET /api/deadman lists it. Times in ISO 8601. */
export interface Switch {
  name: string;
  lastPingAt: string;
  /** No ping came in time. */
  silent: boolean;
  /** When it speaks, or spoke, unless there is a ping before. */
  overdueAt: string;
}
