import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';

/** A program that does not end is killed after so many milliseconds. A busy machine needs many of them to start it. */
const LIMIT_MS = 60_000;

/** How a program went. */
export interface ProgramRun {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** True when it did not end by itself. */
  killed: boolean;
  stdout: string;
  stderr: string;
  /** When it wrote something, in milliseconds since 1970. */
  wroteAt: number[];
}

export interface ProgramOptions {
  /** `offline`: the first connection ends the program. `terminal`: it thinks that a person watches. */
  preload?: 'offline' | 'terminal';
  /** Settles when it is time for Ctrl-C. */
  interrupt?: Promise<unknown>;
}

/** The exit code of a program that tried to connect while `offline`. */
export const TRIED_TO_CONNECT = 97;

/** Runs a TypeScript file of a step on this machine, with the words after its name. Never throws for what it does. */
export async function runProgram(
  file: string,
  words: string[],
  { preload, interrupt }: ProgramOptions = {},
): Promise<ProgramRun> {
  const imports = [createRequire(import.meta.url).resolve('tsx')];
  if (preload) imports.push(join(import.meta.dirname, 'preload', `${preload}.ts`));
  const flags = imports.flatMap((path) => ['--import', pathToFileURL(path).href]);
  const running = execa(process.execPath, [...flags, file, ...words], {
    cwd: dirname(file),
    env: { NODE_OPTIONS: '', NO_COLOR: '1' },
    stdin: 'ignore',
    reject: false,
    timeout: LIMIT_MS,
  });
  const wroteAt: number[] = [];
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', () => wroteAt.push(Date.now()));
  void interrupt?.then(() => running.kill('SIGINT'));
  const { exitCode, timedOut, stdout, stderr } = await running;
  return { exitCode, killed: timedOut, stdout, stderr, wroteAt };
}

/** A web server on this machine that remembers what came. Dispose it to close it. */
export interface Target extends AsyncDisposable {
  url: string;
  /** When each request arrived, in milliseconds since 1970. Requests for /healthz are not counted. */
  arrivedAt: number[];
  /** For each request but the first of a connection: the milliseconds since that connection's answer before. */
  restedMs: number[];
  /** How many connections brought requests. */
  connections(): number;
  /** Settles with the first request. */
  firstRequest: Promise<void>;
}

/** @param answer gets the number of the request, from 0, after its request and response */
export async function listen(
  answer: (...given: [...Parameters<RequestListener>, number: number]) => void,
): Promise<Target> {
  const arrivedAt: number[] = [];
  const restedMs: number[] = [];
  const answeredAt = new Map<Socket, number>();
  let tellFirst = () => {};
  const firstRequest = new Promise<void>((resolve) => {
    tellFirst = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return void response.end();
    const now = Date.now();
    const before = answeredAt.get(request.socket);
    if (before) restedMs.push(now - before);
    answeredAt.set(request.socket, now);
    response.once('finish', () => answeredAt.set(request.socket, Date.now()));
    arrivedAt.push(now);
    tellFirst();
    answer(request, response, arrivedAt.length - 1);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivedAt,
    restedMs,
    connections: () => answeredAt.size,
    firstRequest,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
