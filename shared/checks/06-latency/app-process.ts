import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { parseMetrics, type Sample } from '../../verify/expect/index.ts';
import { bundle } from '../../verify/expect/program/index.ts';
import type { StepUnderTest } from '../../verify/files/index.ts';

/** A response that takes longer than this many milliseconds is none. */
const LIMIT_MS = 10_000;

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

/** It runs, and does not respond. */
export class NoResponse extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`no response to GET ${path}`);
    this.path = path;
  }
}

/** The step's app, as a process of this machine, without Docker. Dispose it to end it. */
export interface RunningApp extends AsyncDisposable {
  /** @throws AppEnded, NoResponse */
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
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await fetch(url, { signal, redirect: 'manual' }).catch(async (error) => {
      if (error.name === 'TimeoutError') throw new NoResponse(path);
      // A connection breaks a little before the end of its process is known.
      await Promise.race([ended, pause(1_000)]);
      throw error;
    });
    const body = await response.text();
    return { status: response.status, body, ms: performance.now() - start };
  };
  return {
    ...{ port, stderr: () => stderr },
    ask,
    scrape: async () => parseMetrics((await ask('/metrics')).body),
    async [Symbol.asyncDispose]() {
      running.kill('SIGKILL');
      await running;
    },
  };
}
