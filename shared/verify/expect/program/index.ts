import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createRequire, isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { MachineFault } from '../../../engine/index.ts';
import { ROOT } from '../../../root.ts';
import { fail, type StepUnderTest } from '../../files/index.ts';

/**
 * A program of the step as one file of JavaScript, ready to be started many times: through tsx each start takes half a
 * second.
 *
 * @param main its first file, such as load-test/load-test.ts
 * @returns the path of the file, which is there until this process ends
 * @throws BuildFailure when a file of it does not parse, or imports what is not there
 * @throws MachineFault when its packages are missing
 */
export async function bundle(
  { files: { directory } }: StepUnderTest,
  main: string,
): Promise<string> {
  const outfile = newFile('program');
  const { build } = await loadEsbuild();
  const plugins = [packages(join(directory, dirname(main)))];
  await build({
    ...{ absWorkingDir: directory, entryPoints: [main], outfile, plugins },
    ...{ bundle: true, platform: 'node', format: 'esm', sourcemap: 'inline', logLevel: 'silent' },
  });
  return outfile;
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);

/** Ends the check as failed where a file of a program does not parse, or is missing. @throws any other error as it is */
export function refuseBuild(
  error: unknown,
  main: string,
  hint: string,
  expected = 'TypeScript that parses, and files that are there',
): never {
  if (!isBuildFailure(error)) throw error;
  const [first] = error.errors;
  const { file = main, line } = first?.location ?? {};
  const where = line ? `${file}:${line}` : file;
  return fail({ expected, actual: first?.text ?? error.message, where, hint });
}

/** A web server on a free port of this machine. Dispose it to close it. */
export async function serve(handle: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Packages stay outside; autocannon, which every start loads, is one small file instead of a hundred. */
const packages = (folder: string): Plugin => ({
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      if (isBuiltin(path)) return { path, external: true };
      const resolved = resolveOrFault(folder, path);
      if (resolved === undefined)
        return { errors: [{ text: `Could not find the package "${path}"` }] };
      const file = path === 'autocannon' ? await buildBundle(resolved) : resolved;
      return { path: pathToFileURL(file).href, external: true };
    });
  },
});

/** Undefined when there is no such package. @throws MachineFault when it is one that the workshop brings */
function resolveOrFault(folder: string, path: string): string | undefined {
  try {
    // A folder outside a clone has no packages; this clone has them.
    return createRequire(import.meta.url).resolve(path, { paths: [folder, ROOT] });
  } catch {
    if (path === 'autocannon') throw new MachineFault('autocannon-missing');
    return undefined;
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

function buildBundle(entry: string): Promise<string> {
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
    const folder = mkdtempSync(join(tmpdir(), 'program-'));
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
