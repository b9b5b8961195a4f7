import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { isSecret } from '../verify/index.ts';
import { type Entry, newFile, readEntry } from './entry.ts';
import { progressFile } from './progress/index.ts';

/** Path, with slashes → what stands there. A folder comes before what is in it. */
export type Tree = Map<string, Entry>;

/**
 * The folders and the progress of some steps, by their paths from the repository's root.
 *
 * @param base the repository, or a copy of it
 * @throws MachineFault when a step is no folder
 */
export async function readTree(base: string, steps: string[]): Promise<Tree> {
  const tree: Tree = new Map();
  const visit = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(base, folder))).sort()) {
      const path = `${folder}/${name}`;
      if (isLeftAlone(path)) continue;
      const entry = await readEntry(join(base, path));
      if (entry) tree.set(path, entry);
      if (entry?.kind === 'folder') await visit(path);
    }
  };
  for (const step of steps) {
    const folder = `steps/${step}`;
    const kind = (await readEntry(join(base, folder)))?.kind;
    if (kind && kind !== 'folder') throw new MachineFault('not-a-folder', { step, kind });
    if (kind) await visit(folder);
    const progress = progressFile(base, step);
    const known = await readEntry(progress);
    if (known) tree.set(relative(base, progress).replaceAll('\\', '/'), known);
  }
  return tree;
}

/** Installed packages, settings of Compose, a repository of the learner's own, and generated secrets: never copied, changed or removed. */
const isLeftAlone = (path: string): boolean =>
  /\/(node_modules|\.git)$|^steps\/[^/]+\/\.env$/.test(path) || isSecret(path);

/** Puts a new file into a step of a tree, with the folders above it. @param path from the step's folder */
export function putFile(tree: Tree, step: string, path: string, content: Buffer): void {
  const names = ['steps', step, ...path.split('/')];
  for (let depth = 3; depth < names.length; depth += 1) {
    const folder = names.slice(0, depth).join('/');
    if (!tree.has(folder)) tree.set(folder, { kind: 'folder', mode: undefined });
  }
  tree.set(names.join('/'), newFile(content));
}

/** Writes files and links below `base`, where nothing stands yet. Folders get no mode, so that they can be removed. */
export async function writeTree(tree: Tree, base: string): Promise<void> {
  for (const [path, entry] of tree) {
    const target = join(base, path);
    await mkdir(entry.kind === 'folder' ? target : dirname(target), { recursive: true });
    if (entry.kind === 'link') await symlink(entry.target, target);
    if (entry.kind !== 'file') continue;
    if (typeof entry.source === 'string') await copyFile(entry.source, target);
    else await writeFile(target, entry.source);
    if (entry.mode !== undefined) await chmod(target, entry.mode);
  }
}

/** Changes with any path, content or link of a tree. The modes of folders do not count. */
export function digestOf(tree: Tree): string {
  const lines = [...tree].map(([path, entry]) => {
    if (entry.kind === 'file') return [path, entry.hash, entry.mode];
    return [path, entry.kind === 'link' ? entry.target : ''];
  });
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex');
}
