import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { execa } from 'execa';
import { MachineFault } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
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

export interface ProgramOptions {
  /** `offline`: the first attempt to connect ends it. `terminal`: it thinks that a person watches. */
  as?: 'offline' | 'terminal';
  /** Settles when it is time for Ctrl-C. */
  interrupt?: Promise<unknown>;
}

/** What is loaded before the program: from its first connection on, the longest stall goes to file descriptor 3. */
const PRELOAD = `
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
let last; let most = 0;
subscribe('net.client.socket', () => { last ??= Date.now() });
setInterval(() => { const now = Date.now(); if (last) { most = Math.max(most, now - last - 20); last = now } }, 20).unref();
process.on('exit', () => writeSync(3, String(most)));
`;
const PRELOADS = {
  offline: `import { Socket } from 'node:net'; Socket.prototype.connect = () => process.exit(${TRIED_TO_CONNECT});`,
  terminal: `
import { clearLine, cursorTo, moveCursor } from 'node:readline';
const s = process.stdout;
Object.assign(s, { isTTY: true, columns: 80, clearLine: (d) => clearLine(s, d), cursorTo: (x) => cursorTo(s, x), moveCursor: (x, y) => moveCursor(s, x, y) });
`,
};

/** The step's load test as JavaScript, ready to be started many times: through tsx each start takes half a second. */
export interface Program {
  run(args: string[], options?: ProgramOptions): Promise<ProgramRun>;
}

/**
 * @throws BuildFailure when a file of it does not parse, or imports what is not there
 * @throws MachineFault when its packages are missing
 */
export async function buildProgram({ files }: StepUnderTest): Promise<Program> {
  const folder = join(files.directory, 'load-test');
  const home = mkdtempSync(join(tmpdir(), 'load-test-'));
  // As long as this process may run it.
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const outfile = join(home, 'load-test.mjs');
  await (await loadEsbuild()).build({
    ...{
      absWorkingDir: files.directory,
      entryPoints: [MAIN],
      outfile,
      plugins: [packages(folder)],
    },
    ...{ bundle: true, platform: 'node', format: 'esm', sourcemap: 'inline', logLevel: 'silent' },
  });
  return { run: (args, options) => runProgram(outfile, folder, args, options) };
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

async function runProgram(
  file: string,
  cwd: string,
  args: string[],
  { as, interrupt }: ProgramOptions = {},
): Promise<ProgramRun> {
  const preload = encodeURIComponent(`${PRELOAD}${as ? PRELOADS[as] : ''}`);
  const flags = ['--enable-source-maps', '--import', `data:text/javascript,${preload}`];
  const running = execa(process.execPath, [...flags, file, ...args], {
    ...{ cwd, env: { NODE_OPTIONS: '', NO_COLOR: '1' }, reject: false, timeout: LIMIT_MS },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const wroteAt: number[] = [];
  for (const stream of [running.stdout, running.stderr])
    stream.on('data', () => wroteAt.push(Date.now()));
  void interrupt?.then(() => running.kill('SIGINT'));
  const { exitCode, timedOut, stdout, stderr, stdio } = await running;
  return { exitCode, killed: timedOut, stdout, stderr, wroteAt, stalledMs: Number(stdio[3] ?? 0) };
}

/** Packages stay outside; autocannon, which every start loads, is one file instead of a hundred. */
const packages = (folder: string): Plugin => ({
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      if (isBuiltin(path)) return { path, external: true };
      // A folder outside a clone has no packages; this clone has them.
      const paths = [folder, ROOT];
      const resolve = (name: string) => createRequire(import.meta.url).resolve(name, { paths });
      if (path === 'autocannon')
        return { path: pathToFileURL(await bundleOf(() => resolve(path))).href, external: true };
      return { path: pathToFileURL(resolve(path)).href, external: true };
    });
  },
});

/** For each autocannon that is used, the file it has become. */
const bundles = new Map<string, Promise<string>>();

function bundleOf(resolve: () => string): Promise<string> {
  const entry = resolveOrFault(resolve);
  const bundle = bundles.get(entry) ?? bundleOnce(entry);
  bundles.set(entry, bundle);
  return bundle;
}

function resolveOrFault(resolve: () => string): string {
  try {
    return resolve();
  } catch {
    throw new MachineFault('autocannon-missing');
  }
}

async function bundleOnce(entry: string): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'autocannon-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const outfile = join(home, 'autocannon.cjs');
  await (await loadEsbuild()).build({
    ...{ entryPoints: [entry], outfile, bundle: true, platform: 'node', logLevel: 'silent' },
  });
  return outfile;
}

/** The one that tsx brings. */
async function loadEsbuild(): Promise<typeof import('esbuild')> {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return import(pathToFileURL(createRequire(tsx).resolve('esbuild')).href);
}
