import { join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';

/** As Node.js reads TypeScript. What only strict rules object to would run, so it is not said. */
const OPTIONS = [
  ...['--ignoreConfig', '--noEmit', '--skipLibCheck', '--allowImportingTsExtensions'],
  ...['--erasableSyntaxOnly', '--verbatimModuleSyntax', '--strict', 'false', '--pretty', 'false'],
  ...['--module', 'nodenext', '--target', 'es2023', '--types', 'node'],
  ...['--typeRoots', join(ROOT, 'node_modules/@types')],
];

/** Outside of a clone packages have no types. */
const NO_TYPES = /^TS2307: Cannot find module '[^.]/;

/** What the compiler has to say, as "app/metrics.ts:34" and what is wrong there. */
export type Refusal = { where: string; problem: string };

/**
 * Asks the compiler about TypeScript files of a folder. It takes a fraction of a second, while a container that runs them
 * takes more than one.
 */
export async function typeErrors(directory: string, sources: string[]): Promise<Refusal[]> {
  if (sources.length === 0) return [];
  const { stdout } = await execa('tsc', [...OPTIONS, ...sources], {
    ...{ cwd: directory, reject: false, preferLocal: true, localDir: ROOT },
  });
  return [...`${stdout}`.matchAll(/^(\S.*?)\((\d+),\d+\): error (.*)$/gm)].flatMap(
    ([, path, line, problem = '']) =>
      NO_TYPES.test(problem) ? [] : { where: `${path}:${line}`, problem },
  );
}
