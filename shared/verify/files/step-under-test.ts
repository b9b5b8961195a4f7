import type { Stack } from '../../stack/index.ts';
import { type ComposeFile, readCompose } from './compose-file.ts';
import { StepFiles } from './step-files.ts';

/** The folder that is judged, and, for live checks, its running containers. */
export class StepUnderTest {
  readonly files: StepFiles;
  /** What checks of one judgement tell each other. */
  #known = new Map<string, unknown>();
  #stack: Stack | undefined;
  /** The images of the running stack are right, unless the compose file builds others. */
  imagesHold = false;

  readonly #shared: Map<string, unknown> | undefined;

  /** @param shared what judgements of other folders may know too: in the proof, many answers hold the same program */
  constructor(directory: string, shared?: Map<string, unknown>) {
    this.files = new StepFiles(directory);
    this.#shared = shared;
  }

  /** @throws CheckFailure when the compose file is missing or does not parse */
  compose(): ComposeFile {
    return this.once('compose', () => readCompose(this.files));
  }

  /** Computes a value once in a judgement; later checks get the same. */
  once<T>(name: string, compute: () => T): T {
    return getOrCompute(this.#known, name, compute);
  }

  /** Like `once`. Its name must say all that the value depends on, because judgements of other folders may get it. */
  shared<T>(name: string, compute: () => T): T {
    return getOrCompute(this.#shared ?? this.#known, name, compute);
  }

  /** Before it is judged anew. */
  forget(): void {
    this.#known.clear();
  }

  /** The running stack; there is one once the check `stack.starts` has passed. */
  get stack(): Stack {
    if (!this.#stack) throw new Error('Only live checks may use the stack');
    return this.#stack;
  }

  set stack(stack: Stack) {
    this.#stack = stack;
  }

  /** Takes the containers down, unless they were to be kept. */
  async dispose(): Promise<void> {
    await this.#stack?.[Symbol.asyncDispose]();
  }

  get isUp(): boolean {
    return this.#stack !== undefined;
  }

  /** Takes the containers down, also those that were to be kept. */
  async remove(): Promise<void> {
    await this.#stack?.takeDown();
  }
}

function getOrCompute<T>(known: Map<string, unknown>, name: string, compute: () => T): T {
  if (!known.has(name)) known.set(name, compute());
  return known.get(name) as T;
}
