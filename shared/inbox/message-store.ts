/** One delivery, flattened: Alertmanager puts everything into the first attachment. Absent texts are ''. */
export interface Message {
  /** Counts up from 1 and is never used twice, not even after a clean-up. */
  id: number;
  /** This service's clock, ISO 8601 with milliseconds. */
  receivedAt: string;
  /** 1, plus how often the failure switch had refused the very same body before. */
  attempt: number;
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

export type NewMessage = Omit<Message, 'id' | 'receivedAt'>;

/** Enough for a day of class, and little enough for a container of 128 MB. */
export const STORE_LIMITS = { messages: 200, bytes: 1_000_000 };

/** Keeps the newest messages in memory, oldest first. */
export class MessageStore {
  #kept: { message: Message; bytes: number }[] = [];
  #bytes = 0;
  #lastId = 0;

  /**
   * Adds a message, and forgets the oldest ones that no longer fit.
   *
   * @param bytes the size of the body as received
   * @param now in milliseconds since 1970
   */
  add(received: NewMessage, bytes: number, now: number): Message {
    this.#lastId += 1;
    const message = { id: this.#lastId, receivedAt: new Date(now).toISOString(), ...received };
    this.#kept.push({ message, bytes });
    this.#bytes += bytes;
    while (this.#kept.length > STORE_LIMITS.messages || this.#bytes > STORE_LIMITS.bytes) {
      this.#bytes -= this.#kept.shift()?.bytes ?? 0;
    }
    return message;
  }

  /** Messages with a higher id than `id`, oldest first. */
  since(id: number): Message[] {
    return this.#kept.map(({ message }) => message).filter((message) => message.id > id);
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
  }

  get size(): number {
    return this.#kept.length;
  }
}
