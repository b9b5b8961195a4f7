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

  constructor(directory: string) {
    this.files = new StepFiles(directory);
  }

  /** @throws CheckFailure when the compose file is missing or does not parse */
  compose(): ComposeFile {
    return readCompose(this.files);
  }

  /** Computes a value once in a judgement; later checks get the same. */
  once<T>(name: string, compute: () => T): T {
    if (!this.#known.has(name)) this.#known.set(name, compute());
    return this.#known.get(name) as T;
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
