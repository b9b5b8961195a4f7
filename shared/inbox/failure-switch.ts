import { Refusal } from './refusal.ts';

/** More would only mean a switch forgotten in the wrong position. */
export const MOST_FAILURES = 100;

/** What `GET /api/failures` answers: how many deliveries will still be refused, and with which status. */
export interface FailureState {
  left: number;
  status: number;
}

/** Refuses the next few deliveries on purpose, so that retries can be watched. */
export class FailureSwitch {
  /** The statuses that it can answer, the first one unless told otherwise. */
  readonly statuses: number[];
  readonly #words: Map<number, string>;
  readonly #changed: (state: FailureState) => void;
  #state: FailureState;
  /** Delivery → how often it was refused. At most as many entries as MOST_FAILURES, because set() empties it. */
  #refused = new Map<string, number>();

  /**
   * @param words that it can refuse with, by their statuses
   * @param changed called with the new state after every change
   */
  constructor(words: Map<number, string>, changed: (state: FailureState) => void) {
    this.#words = words;
    this.statuses = [...words.keys()];
    this.#state = { left: 0, status: this.statuses[0] ?? 0 };
    this.#changed = changed;
  }

  get state(): FailureState {
    return { ...this.#state };
  }

  /** @param state left from 0 to MOST_FAILURES, status one of this switch's */
  set(state: FailureState): void {
    this.#state = { ...state };
    this.#refused.clear();
    this.#changed(this.state);
  }

  /**
   * Lets a delivery through and returns which attempt it is, counted from 1.
   *
   * @param delivery what is the same in every attempt
   * @throws Refusal while the switch is on; each throw brings it one step closer to off
   */
  pass(delivery: string): number {
    const refusals = this.#refused.get(delivery) ?? 0;
    if (this.#state.left === 0) {
      this.#refused.delete(delivery);
      return refusals + 1;
    }
    this.#state.left -= 1;
    this.#refused.set(delivery, refusals + 1);
    this.#changed(this.state);
    throw new Refusal(this.#words.get(this.#state.status) as string, this.#state.status);
  }
}
