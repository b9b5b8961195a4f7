import { join } from 'node:path';
import { execa } from 'execa';
import type { StepUnderTest } from '../../verify/files/index.ts';

export const MAIN = 'load-test/load-test.ts';

/** A program that does not end is killed after so many milliseconds. */
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
  /** The longest time for which the machine did not let it work, in milliseconds. */
  stalledMs: number;
}

/** The exit code of a program that tried to connect while `offline`. */
export const TRIED_TO_CONNECT = 97;

/** What is loaded before the program: from its first connection on, the longest stall goes to file descriptor 3. */
const PRELOAD = `
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
let last; let most = 0;
subscribe('net.client.socket', () => { last ??= Date.now() });
setInterval(() => { const now = Date.now(); if (last) { most = Math.max(most, now - last - 20); last = now } }, 20).unref();
process.on('exit', () => writeSync(3, String(most)));
`;
/** What else, so that its first attempt to connect ends it, or so that it thinks that a person watches. */
const PRELOADS = {
  offline: `import { Socket } from 'node:net'; Socket.prototype.connect = () => process.exit(${TRIED_TO_CONNECT});`,
  terminal: `
import { clearLine, cursorTo, moveCursor } from 'node:readline';
const s = process.stdout;
Object.assign(s, { isTTY: true, columns: 80, clearLine: (d) => clearLine(s, d), cursorTo: (x) => cursorTo(s, x), moveCursor: (x, y) => moveCursor(s, x, y) });
`,
};
export type Surroundings = keyof typeof PRELOADS;

/**
 * Starts the load test in the folder of whoever asks, because in the proof many answers share one.
 *
 * @param program as `bundle` has made it
 */
export function startProgram(
  { files }: StepUnderTest,
  program: string,
  args: string[],
  as?: Surroundings,
) {
  const cwd = join(files.directory, 'load-test');
  const preload = encodeURIComponent(`${PRELOAD}${as ? PRELOADS[as] : ''}`);
  const flags = ['--enable-source-maps', '--import', `data:text/javascript,${preload}`];
  const running = execa(process.execPath, [...flags, program, ...args], {
    ...{ cwd, env: { NODE_OPTIONS: '', NO_COLOR: '1' }, reject: false, timeout: LIMIT_MS },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const wroteAt: number[] = [];
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', () => wroteAt.push(Date.now()));
  const ended = running.then(
    ({ exitCode, timedOut: killed, stdout, stderr, stdio }): ProgramRun => ({
      ...{ exitCode, killed, stdout, stderr, wroteAt, stalledMs: Number(stdio[3] ?? 0) },
    }),
  );
  return { interrupt: () => void running.kill('SIGINT'), ended };
}
