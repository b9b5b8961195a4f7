import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adviceFor } from '../../../engine/index.ts';
import { about } from '../finding.ts';
import type { Check } from '../machine.ts';
import { isAtLeast } from '../versions.ts';

export const nodeVersion: Check = async ({ root }) => {
  const { ok, problem } = about('node.version', 'Node.js');
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = process.versions.node;
  if (isAtLeast(version, engines.node)) return [ok(version)];
  const seen = `${version}, and the workshop needs ${engines.node}`;
  return [problem(seen, await adviceFor('old-node'))];
};

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean; devOptional?: boolean }>;
}

/** Are the installed packages those of package-lock.json? npm notes what it installed in a lock of its own. */
export const packages: Check = async ({ root }) => {
  const { ok, problem } = about('node.packages', 'npm packages');
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
    readLock(join(root, name)),
  );
  if (!wanted)
    return [problem('package-lock.json cannot be read', 'git restore package-lock.json')];
  if (!installed) return [problem('they are not installed', 'npm ci')];
  const different = Object.entries(wanted.packages).filter(([path, { version, optional }]) => {
    const there = installed.packages[path];
    // An optional package may be one for another operating system.
    return path !== '' && there?.version !== version && !(optional && !there);
  });
  const count = Object.keys(installed.packages).length;
  if (different.length === 0) return [ok(`${count} installed, as package-lock.json says`)];
  const [[path = ''] = []] = different;
  const name = path.replace(/^.*node_modules\//, '');
  const there = installed.packages[path]?.version ?? 'missing';
  const seen = `${different.length} differ from package-lock.json, for example ${name}: ${there} instead of ${wanted.packages[path]?.version}`;
  return [problem(seen, 'npm ci')];
};

function readLock(path: string): Lock | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
