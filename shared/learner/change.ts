import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { isSame } from './entry.ts';
import {
  isUnfinished,
  removeOldest,
  removeSnapshot,
  type Snapshot,
  snapshots,
  takeSnapshot,
} from './snapshots.ts';
import { HalfDone, swap } from './swap.ts';
import { readTree, type Tree, writeTree } from './tree.ts';

export interface Change extends Pick<Snapshot, 'command' | 'steps' | 'takesBack'> {
  /** What the steps are to be. */
  after: Tree;
}

interface Changed {
  /** The name of the snapshot. */
  snapshot: string;
  /** Step id → what was done: "3 files written, 1 removed". */
  done: Map<string, string>;
}

/**
 * Makes some steps into what they are to be, and keeps what they were. The caller holds their locks.
 *
 * @throws the error with which it failed; then the steps are what they were, unless it says otherwise
 */
export async function change(root: string, { after, ...about }: Change): Promise<Changed> {
  const { steps } = about;
  const before = await readTree(root, steps);
  const snapshot = await takeSnapshot(root, before, about);
  await exchange(root, snapshot, before, after);
  await removeOldest(root);
  const done = new Map(steps.map((id) => [id, count(id, before, after)]));
  return { snapshot: snapshot.name, done };
}

async function exchange(root: string, snapshot: Snapshot, before: Tree, after: Tree) {
  const { name, command, steps, unfinished } = snapshot;
  const work = join(dirname(unfinished), 'work');
  const [staged, removed] = [join(work, 'staged'), join(work, 'removed')];
  try {
    await mkdir(removed, { recursive: true });
    await writeTree(after, staged);
    await swap({ root, before, after, staged, removed }, async () => {
      // Whatever was half done in these steps before is fixed now too.
      for (const other of unfinishedIn(root, steps)) await rm(other.unfinished);
    });
  } catch (error) {
    if (error instanceof HalfDone) {
      const folder = dirname(unfinished);
      throw new MachineFault('stopped-halfway', { command, reason: error.message, folder });
    }
    await removeSnapshot(root, name);
    throw error;
  }
  await rm(work, { recursive: true, force: true }).catch(() => {});
}

/** The snapshots of commands that were stopped halfway in one of these steps, oldest first. */
export const unfinishedIn = (root: string, steps: string[]): Snapshot[] =>
  snapshots(root).filter(
    (snapshot) => isUnfinished(snapshot) && snapshot.steps.some((id) => steps.includes(id)),
  );

/** @throws MachineFault when a command was stopped halfway in one of these steps, which `undo` fixes */
export function refuseUnfinished(root: string, steps: string[]): void {
  const [first] = unfinishedIn(root, steps);
  if (!first) return;
  const { command, name } = first;
  const folders = first.steps.map((id) => `steps/${id}`).join(', ');
  throw new MachineFault('was-stopped-halfway', { command, steps: folders, snapshot: name });
}

function count(id: string, before: Tree, after: Tree): string {
  const isFile = (tree: Tree, path: string) =>
    path.startsWith(`steps/${id}/`) && (tree.get(path)?.kind ?? 'folder') !== 'folder';
  const written = [...after].filter(
    ([path, entry]) => isFile(after, path) && !isSame(before.get(path), entry),
  );
  const removed = [...before.keys()].filter((path) => isFile(before, path) && !after.has(path));
  const files = written.length === 1 ? '1 file' : `${written.length} files`;
  return localized(
    `${files} written, ${removed.length} removed`,
    `寫入 ${written.length} 個檔案，移除 ${removed.length} 個`,
  );
}

/** Where the steps as they were are kept. @param undo the command that brings them back */
export const whatWas = (snapshot: string, undo = 'npm run undo'): string =>
  localized(
    `What was there before is kept as ${snapshot}; take it back with: ${undo}`,
    `原本的內容保留為 ${snapshot}；要拿回來：${undo}`,
  );
