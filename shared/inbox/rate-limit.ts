const WINDOW_MS = 1_000;

/** A sender that was refused may try again after this many seconds. */
export const RETRY_AFTER = WINDOW_MS / 1_000;

/** Counts deliveries in the second that ends now. Slack's own limit is about one each second. */
export class RateLimit {
  readonly #most: number;
  #times: number[] = [];

  constructor(mostPerSecond: number) {
    this.#most = mostPerSecond;
  }

  /** Whether one more delivery is allowed now, in milliseconds since 1970. */
  allows(now: number): boolean {
    this.#times = this.#times.filter((time) => time > now - WINDOW_MS);
    if (this.#times.length >= this.#most) return false;
    this.#times.push(now);
    return true;
  }
}
