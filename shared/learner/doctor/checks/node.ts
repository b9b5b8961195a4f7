import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBJECTS } from '../catalogue.ts';
import { ok, type Seen } from '../finding.ts';
import type { Check, Machine } from '../machine.ts';
import { isAtLeast } from '../versions.ts';

export const nodeVersion: Check = async ({ root }) => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = process.versions.node;
  if (isAtLeast(version, engines.node)) return ok(version);
  return SUBJECTS['node.version'].tooOld({ version, wanted: engines.node });
};

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean; devOptional?: boolean }>;
}

/** Are the installed packages those of package-lock.json? npm notes what it installed in a lock of its own. */
export const packages = async ({ root }: Machine): Promise<Seen> => {
  const texts = SUBJECTS['node.packages'];
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
    readLock(join(root, name)),
  );
  if (!wanted) return texts.noLock();
  if (!installed) return texts.notInstalled();
  const different = Object.entries(wanted.packages).filter(([path, { version, optional }]) => {
    const there = installed.packages[path];
    // An optional package may be one for another operating system.
    return path !== '' && there?.version !== version && !(optional && !there);
  });
  const count = Object.keys(installed.packages).length;
  if (different.length === 0) return ok(`${count} installed, as package-lock.json says`);
  const [[path = ''] = []] = different;
  const name = path.replace(/^.*node_modules\//, '');
  const there = installed.packages[path]?.version ?? 'missing';
  const { version = 'none' } = wanted.packages[path] ?? {};
  return texts.different({ count: different.length, name, installed: there, wanted: version });
};

function readLock(path: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
