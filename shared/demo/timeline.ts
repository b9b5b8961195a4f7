/** One thing that happened, in seconds since the load began. */
export interface TimelineEvent {
  seconds: number;
  event:
    | 'load started'
    | 'traffic'
    | 'threshold crossed'
    | 'pending'
    | 'firing'
    | 'message'
    | 'load stopped'
    | 'resolved';
  text: string;
}

/** Collects events and prints each at once, so that people can watch the alert travel. */
export class Timeline {
  readonly events: TimelineEvent[] = [];
  readonly #print: (line: string) => void;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly #start: number;

  constructor(print: (line: string) => void) {
    this.#print = print;
    this.#start = Date.now();
  }

  /** Seconds since the load began. */
  now(): number {
    return (Date.now() - this.#start) / 1_000;
  }

  /** Several lines of text are set one below the other. */
  add(event: TimelineEvent['event'], text: string): void {
    const seconds = this.now();
    this.events.push({ seconds, event, text });
    const margin = `${seconds.toFixed(1).padStart(7)} s  ${event.padEnd(17)}  `;
    this.#print(margin + text.replaceAll('\n', `\n${' '.repeat(margin.length)}`));
  }
}
