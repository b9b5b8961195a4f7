import { chmod, lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { type Entry, isSame, readEntry } from './entry.ts';
import type { Tree } from './tree.ts';

/** The change has failed, and so has taking it back. */
export class HalfDone extends Error {}

interface Swap {
  root: string;
  /** What stands in `root` now. */
  before: Tree;
  /** What is to stand there. */
  after: Tree;
  /** Holds the files and links of `after`, on the same disk. */
  staged: string;
  /** An empty folder on the same disk: what stood there is moved into it. */
  removed: string;
}

/**
 * Puts one tree in the place of another by moving whole files, which takes no room on the disk. On any error
 * everything is moved back.
 *
 * @param commit the last thing to do; when it fails, everything is moved back too
 * @throws HalfDone when that did not work; else the error itself
 */
export async function swap(task: Swap, commit: () => Promise<void>): Promise<void> {
  const back: (() => Promise<unknown>)[] = [];
  try {
    await replace(task, back);
    await commit();
  } catch (error) {
    const failures: unknown[] = [];
    for (const step of back.reverse()) await step().catch((failure) => failures.push(failure));
    if (failures.length === 0) throw error;
    throw new HalfDone(`${(error as Error).message}; then ${(failures[0] as Error).message}`);
  }
}

/** @param back is given, after each change, what takes it back */
async function replace(task: Swap, back: (() => Promise<unknown>)[]): Promise<void> {
  const { root, before, after, staged, removed } = task;
  /** @param entry what it is, where a program may write it at its new place */
  const move = async (from: string, to: string, entry?: Entry): Promise<void> => {
    if (await exists(to)) throw meanwhile(to);
    await rename(from, to);
    back.push(async () => {
      // What was saved meanwhile is not overwritten: then this has stopped halfway, and `undo` fixes it.
      const isWritten = entry && !isSame(await readEntry(to), entry);
      if (isWritten || (await exists(from))) throw meanwhile(isWritten ? to : from);
      await rename(to, from);
    });
  };
  const taken = new Map<string, string>();
  const takeAway = async (path: string): Promise<void> => {
    const place = join(removed, `${taken.size}`);
    await move(join(root, path), place);
    taken.set(path, place);
  };
  /** One that Docker has made may not be ours to move, though it is ours to remove. */
  const takeFolderAway = async (path: string): Promise<void> => {
    await takeAway(path).catch(async (error) => {
      if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
      await rmdir(join(root, path));
      back.push(() => mkdir(join(root, path)));
    });
  };
  const ensureFolder = async (path: string): Promise<void> => {
    if (await exists(path)) return;
    await ensureFolder(dirname(path));
    await mkdir(path);
    back.push(() => rmdir(path));
  };

  for (const [path, entry] of before) {
    if (entry.kind !== 'folder' && !isSame(entry, after.get(path))) await takeAway(path);
  }
  for (const path of foldersOf(before).reverse()) {
    // What is never touched may still be in it; then it stays.
    const empty = (await readdir(join(root, path))).length === 0;
    if (empty && after.get(path)?.kind !== 'folder') await takeFolderAway(path);
  }
  for (const [path, entry] of after) {
    await ensureFolder(join(root, entry.kind === 'folder' ? path : dirname(path)));
    if (entry.kind === 'folder' || isSame(before.get(path), entry)) continue;
    await move(join(staged, path), join(root, path), entry);
  }
  for (const path of foldersOf(after).reverse()) {
    const [folder, wanted] = [join(root, path), after.get(path)];
    const { mode } = await lstat(folder);
    if (wanted?.kind !== 'folder' || !wanted.mode || wanted.mode === (mode & 0o7777)) continue;
    await chmod(folder, wanted.mode);
    back.push(() => chmod(folder, mode & 0o7777));
  }
  for (const [path, place] of taken) {
    if (!isSame(await readEntry(place), before.get(path))) throw meanwhile(path);
  }
}

const meanwhile = (path: string): MachineFault =>
  new MachineFault('written-meanwhile', { file: path });

const foldersOf = (tree: Tree): string[] =>
  [...tree].flatMap(([path, { kind }]) => (kind === 'folder' ? [path] : []));

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
