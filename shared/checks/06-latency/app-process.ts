import { once } from 'node:events';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseMetrics, type Sample } from '../../verify/expect/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';
import { bundle } from '../05-load-test/bundle.ts';

/** A response that takes longer than this many milliseconds is none. */
const LIMIT_MS = 15_000;

/**
 * What is loaded before the app: whatever port it asks for, it listens on a free one, for this machine only, and says on
 * file descriptor 3 which it is.
 */
const PRELOAD = `
import { writeSync } from 'node:fs';
import { Server } from 'node:net';
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  this.once('listening', () => writeSync(3, String(this.address().port)));
  return listen.call(this, 0, '127.0.0.1', ...args.filter((arg) => typeof arg === 'function'));
};
`;

/** What the app has answered. */
export interface Answer {
  status: number;
  body: string;
  /** How long it took, as its client has seen it. Milliseconds. */
  ms: number;
}

/** The app ended, or never listened. */
export class AppEnded extends Error {
  readonly stderr: string;

  constructor(stderr: string) {
    super('the app ended');
    this.stderr = stderr;
  }
}

/** The step's app, as a process of this machine, without Docker. Dispose it to end it. */
export interface RunningApp extends AsyncDisposable {
  /** @throws AppEnded */
  ask(path: string, signal?: AbortSignal): Promise<Answer>;
  /** What GET /metrics says. @throws AppEnded */
  scrape(): Promise<Sample[]>;
  port: number;
  /** What it has written to standard error so far. */
  stderr(): string;
}

/**
 * @throws BuildFailure when a file of it does not parse, or imports what is not there
 * @throws AppEnded when it does not listen
 */
export async function startApp(step: StepUnderTest): Promise<RunningApp> {
  const file = await bundle(step, 'app/main.ts');
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const running = execa(process.execPath, ['--enable-source-maps', '--import', preload, file], {
    ...{ cwd: join(step.files.directory, 'app'), env: { NODE_OPTIONS: '', NO_COLOR: '1' } },
    ...{ reject: false, buffer: false, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  });
  let stderr = '';
  running.stderr?.on('data', (text) => {
    stderr += text;
  });
  const ended = running.then(() => {
    throw new AppEnded(stderr);
  });
  ended.catch(() => {});
  const told = once(running.stdio[3] as NodeJS.ReadableStream, 'data', {
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const port = await Promise.race([told, ended]).then(
    ([text]) => Number(text),
    (error) => {
      running.kill('SIGKILL');
      throw error instanceof AppEnded ? error : new AppEnded(stderr);
    },
  );
  const ask = async (path: string, signal = AbortSignal.timeout(LIMIT_MS)): Promise<Answer> => {
    const start = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal, redirect: 'manual' });
    const body = await response.text();
    return { status: response.status, body, ms: performance.now() - start };
  };
  return {
    ...{ port, stderr: () => stderr },
    ask: (path, signal) => Promise.race([ask(path, signal), ended]),
    scrape: async () => parseMetrics((await Promise.race([ask('/metrics'), ended])).body),
    async [Symbol.asyncDispose]() {
      running.kill('SIGKILL');
      await running;
    },
  };
}
