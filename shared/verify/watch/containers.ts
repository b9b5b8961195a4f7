import type { StepUnderTest } from '../files/index.ts';
import { type Check, type Result, replacedFiles, type Step } from '../runner/index.ts';
import { ResultCache } from './result-cache.ts';
import { touchedBy } from './touch.ts';

/** The containers of a step that is watched: what a save changes about them, and which results hold then. */
export class Containers {
  readonly results: ResultCache;
  readonly #step: StepUnderTest;
  readonly #definition: Step;
  readonly #signal: AbortSignal;
  #saved: string[] = [];
  /** Compose has to be asked before anything else is. */
  #toBeStarted = true;
  /** Service → its container, when Compose was last asked. */
  #ids = new Map<string, string>();

  constructor(step: StepUnderTest, definition: Step, signal: AbortSignal) {
    this.results = new ResultCache(definition);
    this.#step = step;
    this.#definition = definition;
    this.#signal = signal;
  }

  /** Files that were saved. The containers are told before anything is asked of them. */
  saved(paths: string[]): void {
    this.#saved.push(...paths);
  }

  /** The result that still holds, if any. The start of the containers holds as long as Compose has nothing to do. */
  async get(check: Check): Promise<Result | undefined> {
    if (check.kind !== 'static') await this.#tell();
    if (this.#toBeStarted && check.id === 'stack.starts') return undefined;
    if (this.#toBeStarted && check.kind === 'live') {
      this.#toBeStarted = false;
      this.#step.imagesHold = true;
      const fresh = await this.#newOnes();
      this.results.invalidate((one) => asks(one, fresh));
    }
    return this.results.get(check);
  }

  /** Some checks stop a service. It is back before the next save. */
  async startStopped(): Promise<void> {
    if (!this.#step.isUp) return;
    const { stack } = this.#step;
    const stopped = (await stack.containers())
      .filter(({ service, state }) => state === 'exited' && this.#isWanted(service))
      .map(({ service }) => service);
    if (stopped.length === 0) return;
    await stack.compose('start', ...stopped).catch(() => {
      this.#toBeStarted = true;
    });
  }

  /** Tells the containers what was saved, and forgets the results that it concerns. */
  async #tell(): Promise<void> {
    const paths = this.#saved.splice(0);
    if (paths.length === 0) return;
    const step = this.#step;
    const { up, reload, restart } = touchedBy(step, this.#definition.services, paths);
    const touched = [...reload, ...restart];
    if (touched.length > 0)
      this.results.invalidate((check) => !check.ofContainers && asks(check, touched));
    if (up || restart.length > 0) this.results.invalidate(({ kind }) => kind === 'local');
    this.#toBeStarted ||= up;
    // A mounted file may be in the image too, and the mount may go with the next save.
    step.imagesHold &&= paths.every((path) => step.files.composePaths().includes(path));
    if (!step.isUp || this.#toBeStarted) return;
    try {
      await step.stack.replace(replacedFiles(this.#definition, step));
      const refresh = await import('./refresh.ts');
      for (const service of reload)
        await refresh.reload(step.stack, service as 'prometheus', this.#signal);
      // One whose image is not available does not run.
      const running = restart.filter((service) => step.stack.services.includes(service));
      if (running.length > 0) await refresh.restart(step.stack, running as 'app'[], this.#signal);
    } catch {
      // Whatever is wrong, the checks of the files or the start say it better.
      this.#toBeStarted = true;
    }
  }

  /** The services whose container is another one than when Compose was last asked. */
  async #newOnes(): Promise<string[]> {
    const seen = await this.#step.stack.containers();
    const fresh = seen.filter(({ service, id }) => this.#ids.get(service) !== id);
    this.#ids = new Map(seen.map(({ service, id }) => [service, id]));
    return fresh.map(({ service }) => service);
  }

  #isWanted = (service: string): boolean => this.#definition.services.includes(service);
}

/** A live check that does not say which services it asks may ask any, also one that only it starts. */
const asks = ({ kind, asks }: Check, services: string[]): boolean =>
  kind === 'live' && (!asks || services.some((service) => asks.includes(service)));
