import type { Check, Result, Step } from '../runner/index.ts';

/** The results that hold from one save to the next. */
export class ResultCache {
  readonly #checks: Step['checks'];
  readonly #results = new Map<string, Result>();

  constructor({ checks }: Step) {
    this.#checks = checks;
  }

  /** What has not passed is judged each time; so are files, which takes little time. */
  store(result: Result): void {
    if (/passed|skipped/.test(result.outcome) && /local|live/.test(result.kind))
      this.#results.set(result.id, result);
  }

  /** The result of a check, where it holds. A check prepares those that need it, so it is run again with each of them. */
  get({ id }: Pick<Check, 'id'>): Result | undefined {
    const result = this.#results.get(id);
    const needing = this.#checks.filter(({ needs }) => needs?.includes(id));
    return result && needing.every((check) => this.get(check)) ? result : undefined;
  }

  /** The results of some checks hold no longer. */
  invalidate(isConcerned: (check: Check) => boolean): void {
    for (const check of this.#checks.filter(isConcerned)) this.#results.delete(check.id);
  }
}
