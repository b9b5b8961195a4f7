import type { Check, Result, Step } from '../runner/index.ts';

/** The answers that hold from one save to the next. */
export class ResultCache {
  readonly #definition: Step;
  readonly #results = new Map<string, Result>();

  constructor(definition: Step) {
    this.#definition = definition;
  }

  /** Files are looked at each time, which takes no time. */
  keep(results: Result[]): void {
    for (const result of results)
      if (/passed|skipped/.test(result.outcome) && result.kind !== 'static')
        this.#results.set(result.id, result);
  }

  /** The answer of a check, where it holds. A check prepares those that need it, so it is run again with each of them. */
  of({ id }: Pick<Check, 'id'>): Result | undefined {
    const result = this.#results.get(id);
    const needing = this.#definition.checks.filter(({ needs }) => needs?.includes(id));
    return result && needing.every((check) => this.of(check)) ? result : undefined;
  }

  /** These services read their files again, some of them by a restart. */
  settingsChanged(services: string[]): void {
    if (services.length === 0) return;
    this.#forget((check) => !check.ofContainers && isAsked(check, services));
  }

  /** Compose was asked to start everything, and these services have new containers. */
  madeAnew(services: string[]): void {
    this.#forget((check) => isAsked(check, services));
  }

  /** Programs that are run without a container. */
  programsChanged(): void {
    this.#forget(({ kind }) => kind === 'local');
  }

  #forget(isConcerned: (check: Check) => boolean): void {
    for (const check of this.#definition.checks)
      if (isConcerned(check)) this.#results.delete(check.id);
  }
}

/** A check that does not say which services it asks may ask any, also one that only it starts. */
const isAsked = ({ kind, asks }: Check, services: string[]): boolean =>
  kind === 'live' && (!asks || services.some((service) => asks.includes(service)));
