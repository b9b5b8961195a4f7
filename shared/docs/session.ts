import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { waitFor } from '../stack/index.ts';

/** One command of a page may take so long. The longest is a whole demo with its downloads. Milliseconds. */
const LIMIT = 600_000;

/** How long a program that stays, or a container, may need until the next command gets an answer. Seconds. */
const PATIENCE = 120;

/** What a reader sees before the next command: nothing is starting any more. */
const SETTLED = "if docker compose ps --format '{{.Health}}' | grep starting; then exit 1; fi";

/** What a reader does on one page, from the first command to the last, in one terminal, and a second one for what stays. */
export class Session implements AsyncDisposable {
  private readonly staying: ResultPromise[] = [];
  private readonly place = join(mkdtempSync(join(tmpdir(), 'terminal-')), 'folder');

  private readonly environment: Record<string, string>;

  /** @param folder where the terminal is opened */
  constructor(folder: string, environment: Record<string, string>) {
    this.environment = environment;
    writeFileSync(this.place, folder);
  }

  /** Where the commands before have gone. */
  get folder(): string {
    return readFileSync(this.place, 'utf8').trim();
  }

  /**
   * @param exitCode the one it has when all is well
   * @returns what went wrong, if anything. After a program that stays, the command is tried until nothing does.
   */
  async run(command: string, exitCode = 0): Promise<string | undefined> {
    const failure =
      this.staying.length === 0
        ? await this.attempt(command, exitCode)
        : await this.untilItSucceeds(command, exitCode);
    const starts = /^docker compose (up|restart)\b/m.test(command);
    return failure ?? (starts ? this.untilItSucceeds(SETTLED, 0) : undefined);
  }

  /** Starts what stays until the page is done. */
  start(command: string): void {
    const options = { cwd: this.folder, env: this.environment, reject: false, detached: true };
    this.staying.push(execa('bash', ['-c', command], { ...options, stdio: 'ignore' }));
  }

  private untilItSucceeds(command: string, exitCode: number): Promise<string | undefined> {
    return waitFor({
      what: command === SETTLED ? 'its containers to be ready' : 'it to succeed',
      withinSeconds: PATIENCE,
      look: () => this.attempt(command, exitCode),
      until: (failure) => failure === undefined,
    }).catch((error: Error) => error.message);
  }

  private async attempt(command: string, exitCode: number): Promise<string | undefined> {
    const script = `${command}\npwd > '${this.place}'`;
    const result = await execa('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: this.folder,
      env: this.environment,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout: LIMIT,
    });
    if (result.exitCode === exitCode) return undefined;
    const words = result.all?.trim().split('\n').slice(-3).join(' ');
    return `${result.timedOut ? 'it does not end' : `exit code ${result.exitCode}`}: ${words}`;
  }

  /** Presses Ctrl-C where something stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.staying) {
      // The whole group, as a terminal does; unless it has ended by itself.
      if (program.pid && program.exitCode === null) process.kill(-program.pid, 'SIGINT');
      await program;
    }
    rmSync(join(this.place, '..'), { recursive: true });
  }
}
