import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { waitFor } from '../stack/index.ts';
import { bare } from './output.ts';

/** One command of a page may take so long. The longest is a whole demo with its downloads. Milliseconds. */
const LIMIT = 600_000;

/** How long a program that stays, or a container, may need until it answers. Seconds. */
const PATIENCE = 120;

/** What a reader sees before the next command: nothing is starting any more. */
const SETTLED = 'test -z "$(docker compose ps --format "{{.Health}}" | grep starting)"';

export interface Ran {
  /** What the command printed on standard output. Progress goes to the other one. */
  output: string;
  failure?: string | undefined;
}

/** What a reader does on one page, from the first command to the last, in one terminal, and a second one for what stays. */
export class Session implements AsyncDisposable {
  private readonly staying: ResultPromise[] = [];
  private readonly place = join(mkdtempSync(join(tmpdir(), 'terminal-')), 'folder');

  /** What the programs that stay have printed, and nobody has read. */
  private unread = '';
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
   * @param wanted the exit codes it may have when all is well
   * @returns what went wrong, if anything. After a program that stays, the command is tried until nothing does.
   */
  async run(command: string, wanted = [0]): Promise<Ran> {
    const isAlone = this.staying.length === 0;
    const ran = await (isAlone ? this.attempt : this.untilItSucceeds).call(this, command, wanted);
    const starts = /^docker compose (up|restart)\b/m.test(command);
    if (ran.failure || !starts) return ran;
    return { ...ran, failure: (await this.untilItSucceeds(SETTLED, [0])).failure };
  }

  /** Starts what stays until the page is done. */
  start(command: string): void {
    const program = execa('bash', ['-c', command], {
      ...{ cwd: this.folder, env: this.environment, reject: false, detached: true },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    program.stdout.setEncoding('utf8').on('data', (output) => {
      this.unread += output;
    });
    this.staying.push(program);
  }

  /** Waits until what stays has printed the last of these lines, whatever its numbers. @returns all up to that line */
  async readUntil(shown: string): Promise<string> {
    const last = bare(shown.trimEnd().split('\n').at(-1) ?? '');
    const length = await waitFor({
      what: `"${last}"`,
      withinSeconds: PATIENCE,
      look: async () => this.unread.split('\n').findIndex((line) => bare(line) === last) + 1,
      until: (length) => length > 0,
    }).catch(() => Number.POSITIVE_INFINITY);
    const lines = this.unread.split('\n');
    this.unread = lines.slice(length).join('\n');
    return lines.slice(0, length).join('\n');
  }

  private untilItSucceeds(command: string, wanted: number[]): Promise<Ran> {
    return waitFor({
      what: command === SETTLED ? 'its containers to be ready' : 'it to succeed',
      withinSeconds: PATIENCE,
      look: () => this.attempt(command, wanted),
      until: ({ failure }) => failure === undefined,
    }).catch(({ message }: Error) => ({ output: '', failure: message }));
  }

  private async attempt(command: string, wanted: number[]): Promise<Ran> {
    const script = `${command}\npwd > '${this.place}'`;
    const result = await execa('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: this.folder,
      env: this.environment,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout: LIMIT,
    });
    if (wanted.includes(result.exitCode ?? -1)) return { output: result.stdout };
    const lastLines = result.all.trim().split('\n').slice(-3).join(' ');
    const end = result.timedOut ? 'it does not end' : `exit code ${result.exitCode}`;
    return { output: result.stdout, failure: `${end}: ${lastLines}` };
  }

  /** Presses Ctrl-C where something stays. */
  async interrupt(): Promise<Ran> {
    for (const program of this.staying.splice(0)) {
      // The whole group, as a terminal does; unless it has ended by itself.
      if (program.pid && program.exitCode === null) process.kill(-program.pid, 'SIGINT');
      await program;
    }
    return { output: '' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.interrupt();
    rmSync(join(this.place, '..'), { recursive: true });
  }
}
