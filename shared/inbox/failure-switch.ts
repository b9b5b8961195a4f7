import { Refusal, type RefusalWord } from './refusal.ts';

/**
 * Statuses that the switch can answer. After a 5xx Alertmanager tries again within seconds; after a 4xx it waits
 * for the group_interval.
 */
const WORDS = new Map<number, RefusalWord>([
  [403, 'action_prohibited'],
  [404, 'channel_not_found'],
  [410, 'channel_is_archived'],
  [429, 'rate_limited'],
  [500, 'rollup_error'],
  [503, 'service_unavailable'],
]);

export const FAILURE_STATUSES = [...WORDS.keys()];

/** More would only mean a switch forgotten in the wrong position. */
export const MOST_FAILURES = 100;

/** What `GET /api/failures` answers: how many deliveries will still be refused, and with which status. */
export interface FailureState {
  left: number;
  status: number;
}

/** Refuses the next few deliveries on purpose, so that retries can be watched. */
export class FailureSwitch {
  #state: FailureState = { left: 0, status: 503 };
  /** Body → how often it was refused. At most as many entries as MOST_FAILURES, because set() empties it. */
  #refused = new Map<string, number>();
  readonly #changed: (state: FailureState) => void;

  /** @param changed called with the new state after every change */
  constructor(changed: (state: FailureState) => void) {
    this.#changed = changed;
  }

  get state(): FailureState {
    return { ...this.#state };
  }

  /** @param state left from 0 to MOST_FAILURES, status one of FAILURE_STATUSES */
  set(state: FailureState): void {
    this.#state = { ...state };
    this.#refused.clear();
    this.#changed(this.state);
  }

  /**
   * Lets a delivery through and answers which attempt it is, counted from 1.
   *
   * @throws Refusal while the switch is on; each throw brings it one step closer to off
   */
  pass(body: string): number {
    const refusals = this.#refused.get(body) ?? 0;
    if (this.#state.left === 0) {
      this.#refused.delete(body);
      return refusals + 1;
    }
    this.#state.left -= 1;
    this.#refused.set(body, refusals + 1);
    this.#changed(this.state);
    throw new Refusal(WORDS.get(this.#state.status) ?? 'service_unavailable');
  }
}
