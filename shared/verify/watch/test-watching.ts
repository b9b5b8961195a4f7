import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';
import { stepNumber } from '../runner/index.ts';

/** What stands at the end of each judgement. */
const JUDGED = /([0-9a-f]{8})(?:, waiting for the next save|，等待下一次存檔) …/;

/** `npm run watch N` at work on a copy of a step's solution. */
export class Watching implements AsyncDisposable {
  readonly folder: string;
  readonly #command;
  #output = '';
  #wake = () => {};

  /** @param env variables of the command */
  constructor(id: string, options: string[] = [], env: Record<string, string> = {}) {
    this.folder = join(mkdtempSync(join(tmpdir(), 'watch-')), id);
    cpSync(join(ROOT, 'solutions', id), this.folder, { recursive: true });
    const args = ['watch', `${stepNumber(id)}`, '--dir', this.folder, ...options];
    this.#command = execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', ...args], {
      cwd: ROOT,
      env,
      reject: false,
      buffer: false,
    });
    this.#command.stdout.setEncoding('utf8').on('data', (part) => {
      this.#output += part;
      this.#wake();
    });
    void this.#command.finally(() => this.#wake());
  }

  /** Everything printed up to the end of the next judgement. @throws Error when the command ends before */
  async verdict(): Promise<{ text: string; hash: string }> {
    for (;;) {
      const [end, hash = ''] = this.#output.match(JUDGED) ?? [];
      if (end) {
        const length = this.#output.indexOf(end) + end.length;
        const text = this.#output.slice(0, length);
        this.#output = this.#output.slice(length);
        return { text, hash };
      }
      if (this.#command.exitCode !== null) throw new Error(`It has ended: ${this.#output}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Ctrl-C. @returns the exit code */
  async stop(): Promise<number | undefined> {
    this.#command.kill('SIGINT');
    return (await this.#command).exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}
