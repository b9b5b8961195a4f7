import { columns, localized, padColumns } from '../language.ts';

/** What may happen, in English and in Chinese. */
const IN_CHINESE = {
  'load started': '負載開始',
  traffic: '流量',
  'threshold crossed': '超過門檻',
  pending: 'pending',
  'node lost': '失去節點',
  'node down': '節點離線',
  firing: 'firing',
  message: '訊息',
  'load stopped': '負載停止',
  resolved: '解除',
};

/** One thing that happened, in seconds since the load began. */
export interface TimelineEvent {
  seconds: number;
  event: keyof typeof IN_CHINESE;
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
    const name = padColumns(localized(event, IN_CHINESE[event]), 17);
    const margin = `${seconds.toFixed(1).padStart(7)} s  ${name}  `;
    this.#print(margin + text.replaceAll('\n', `\n${' '.repeat(columns(margin))}`));
  }
}
