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

/** The step's load test as JavaScript, ready to be started many times: through tsx each start takes half a second. */
export interface Program {
  start(args: string[], as?: Surroundings): { interrupt(): void; ended: Promise<ProgramRun> };
}

/**
 * @throws BuildFailure when a file of it does not parse, or imports what is not there
 * @throws MachineFault when its packages are missing
 */
export async function buildProgram({ files: { directory } }: StepUnderTest): Promise<Program> {
  const folder = join(directory, 'load-test');
  const outfile = newFile('load-test');
  const { build } = await loadEsbuild();
  await build({
    ...{ absWorkingDir: directory, entryPoints: [MAIN], outfile, plugins: [packages(folder)] },
    ...{ bundle: true, platform: 'node', format: 'esm', sourcemap: 'inline', logLevel: 'silent' },
  });
  return { start: (args, as) => startProgram(outfile, folder, args, as) };
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

function startProgram(file: string, cwd: string, args: string[], as?: Surroundings) {
  const preload = encodeURIComponent(`${PRELOAD}${as ? PRELOADS[as] : ''}`);
  const flags = ['--enable-source-maps', '--import', `data:text/javascript,${preload}`];
  const running = execa(process.execPath, [...flags, file, ...args], {
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

/** Packages stay outside; autocannon, which every start loads, is one small file instead of a hundred. */
const packages = (folder: string): Plugin => ({
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      if (isBuiltin(path)) return { path, external: true };
      const resolved = resolveOrFault(folder, path);
      const file = path === 'autocannon' ? await bundleOf(resolved) : resolved;
      return { path: pathToFileURL(file).href, external: true };
    });
  },
});

function resolveOrFault(folder: string, path: string): string {
  try {
    // A folder outside a clone has no packages; this clone has them.
    return createRequire(import.meta.url).resolve(path, { paths: [folder, ROOT] });
  } catch (error) {
    throw path === 'autocannon' ? new MachineFault('autocannon-missing') : error;
  }
}

/** What takes autocannon half of its start, in a form that is there at once; what it does is the same. */
const QUICK: Record<string, string> = {
  pako: "const { inflateSync, deflateSync } = require('zlib'); module.exports = { inflate: inflateSync, deflate: deflateSync };",
  // Loaded when somebody sends a form.
  'form-data': "module.exports = function () { return new (require('form-data'))(); };",
};
const quickStart: Plugin = {
  name: 'quick-start',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(pako|form-data)$/ }, ({ path, namespace }) =>
      namespace === 'quick' ? { path, external: true } : { path, namespace: 'quick' },
    );
    onLoad({ filter: /./, namespace: 'quick' }, ({ path }) => ({ contents: `${QUICK[path]}` }));
  },
};

/** For each autocannon that is used, the file it has become. */
const bundles = new Map<string, Promise<string>>();

function bundleOf(entry: string): Promise<string> {
  const bundle = bundles.get(entry) ?? bundleOnce(entry);
  bundles.set(entry, bundle);
  return bundle;
}

async function bundleOnce(entry: string): Promise<string> {
  const outfile = newFile('autocannon');
  const { build } = await loadEsbuild();
  await build({
    stdin: {
      contents: `
        import autocannon from ${JSON.stringify(entry)};
        export default autocannon;
        export const { track, start, printResult, parseArguments, aggregateResult } = autocannon;`,
      resolveDir: '/',
    },
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(entry)}); const __dirname = ''; const __filename = '';`,
    },
    ...{ outfile, bundle: true, minify: true, plugins: [quickStart] },
    ...{ platform: 'node', format: 'esm', logLevel: 'silent' },
  });
  return outfile;
}

let home: string | undefined;
let count = 0;

/** A file that is there until this process ends. */
function newFile(name: string): string {
  if (home === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'load-test-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    home = folder;
  }
  return join(home, `${name}-${++count}.mjs`);
}

/** The one that tsx brings. */
async function loadEsbuild(): Promise<typeof import('esbuild')> {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return import(pathToFileURL(createRequire(tsx).resolve('esbuild')).href);
}
