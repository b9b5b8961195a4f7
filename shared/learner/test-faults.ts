import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What needs room on the disk, and whatever else changes it. */
const WRITES = ['mkdir', 'writeFile', 'copyFile', 'symlink'];
const CHANGES = [...WRITES, 'rename', 'chmod', 'rm', 'rmdir', 'unlink'];

type Change = (...args: unknown[]) => unknown;
type Functions = Record<string, Change>;
export type Reach = 'once' | 'once awaited' | 'from then on' | 'while writing';

/**
 * Until it is disposed of, the n-th change of the disk does not happen; something else does.
 *
 * @param reach only the n-th change; only the n-th of those that are awaited; the n-th and all after it; or, as on a full
 * disk, the n-th that needs room and all such after it
 * @param strike what happens instead; what it throws is the error of that change
 */
export function atChange(n: number, reach: Reach, strike: () => unknown) {
  const isLasting = reach === 'from then on' || reach === 'while writing';
  const kinds = reach === 'while writing' ? WRITES : CHANGES;
  const originals: [functions: Functions, name: string, change: Change][] = [];
  let seen = 0;
  const intercept = (functions: Functions, name: string): void => {
    const change = functions[name] as Change;
    originals.push([functions, name, change]);
    functions[name] = (...args) => {
      seen += 1;
      if (isLasting ? seen < n : seen !== n) return change(...args);
      // A full disk often still takes the name of a file.
      if (name === 'writeFile') fs.closeSync(fs.openSync(args[0] as string, 'w'));
      return name.endsWith('Sync') ? strike() : Promise.resolve().then(strike);
    };
  };
  for (const kind of kinds) {
    intercept(fs.promises as unknown as Functions, kind);
    if (reach !== 'once awaited') intercept(fs as unknown as Functions, `${kind}Sync`);
  }
  syncBuiltinESMExports();
  return {
    /** Whether there were so many changes at all. */
    hasStruck: () => seen >= n,
    [Symbol.dispose]() {
      for (const [functions, name, change] of originals) functions[name] = change;
      syncBuiltinESMExports();
    },
  };
}
