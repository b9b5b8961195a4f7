import { type Check, quickSettings, type Result, type Session } from '../runner/index.ts';
import type { ResultCache } from './result-cache.ts';
import { touchedBy } from './touch.ts';

/** The containers of a step that is watched: what a save changes about them, and which answers hold then. */
export class Containers {
  readonly #session: Session;
  readonly #cache: ResultCache;
  readonly #signal: AbortSignal;
  #saved: string[] = [];
  /** Compose has to be asked before anything else is. */
  #toBeStarted = true;
  /** Service → its container, when Compose was last asked. */
  #ids = new Map<string, string>();

  constructor(session: Session, cache: ResultCache, signal: AbortSignal) {
    this.#session = session;
    this.#cache = cache;
    this.#signal = signal;
  }

  /** Files that were saved. The containers are told before anything is asked of them. */
  saved(paths: string[]): void {
    this.#saved.push(...paths);
  }

  async #touch(): Promise<void> {
    const paths = this.#saved.splice(0);
    if (paths.length === 0) return;
    const { step, definition } = this.#session;
    const { up, reload, restart } = touchedBy(step, definition.services, paths);
    if (up || restart.length > 0) this.#cache.programsChanged();
    this.#cache.settingsChanged([...reload, ...restart]);
    this.#toBeStarted ||= up;
    // A mounted file may be in the image too, and the mount may go with the next save.
    step.imagesHold &&= paths.every((path) => path === step.files.composePath());
    if (!step.isUp || this.#toBeStarted) return;
    try {
      if (definition.quickScrapes) await step.stack.replace([quickSettings(step)]);
      const stack = await import('../../stack/index.ts');
      for (const service of reload)
        await stack.reload(step.stack, service as 'prometheus', this.#signal);
      // One whose image cannot be had does not run.
      const running = restart.filter((service) => step.stack.services.includes(service));
      if (running.length > 0) await stack.restart(step.stack, running as 'app'[], this.#signal);
    } catch {
      // Whatever is wrong, the checks of the files or the start say it better.
      this.#toBeStarted = true;
    }
  }

  /** The answer that still holds, if any. The start of the containers holds as long as Compose has nothing to do. */
  async earlier(check: Check): Promise<Result | undefined> {
    if (check.kind !== 'static') await this.#touch();
    if (check.id === 'stack.starts') {
      if (this.#toBeStarted) return undefined;
    } else if (check.kind === 'live' && this.#toBeStarted) {
      this.#toBeStarted = false;
      this.#session.step.imagesHold = true;
      this.#cache.madeAnew(await this.#newOnes());
    }
    return this.#cache.of(check);
  }

  /** Some checks stop a service. It is back before the next save. */
  async startStopped(): Promise<void> {
    const { step, definition } = this.#session;
    if (!step.isUp) return;
    const stopped = (await step.stack.containers()).filter(
      ({ service, state }) => state === 'exited' && definition.services.includes(service),
    );
    if (stopped.length === 0) return;
    await step.stack.compose('start', ...stopped.map(({ service }) => service)).catch(() => {
      this.#toBeStarted = true;
    });
  }

  async #newOnes(): Promise<string[]> {
    const seen = await this.#session.step.stack.containers();
    const fresh = seen.filter(({ service, id }) => this.#ids.get(service) !== id);
    this.#ids = new Map(seen.map(({ service, id }) => [service, id]));
    return fresh.map(({ service }) => service);
  }
}
