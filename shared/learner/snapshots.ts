import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { MachineFault } from '../engine/index.ts';
import { digestOf, readTree, type Tree, writeTree } from './tree.ts';

/** The oldest beyond these are removed. */
const KEPT = 20;

const manifest = z.object({
  /** The ids of the steps whose folder and progress it holds. */
  steps: z.array(z.string()),
  /** The name of the snapshot that the command was to restore, for `undo`. */
  takesBack: z.string().optional(),
  /** Copies of folders are always writable. */
  folderModes: z.record(z.string(), z.number()),
  /** Of what was copied. */
  digest: z.string(),
});

/** What one or more steps were before a command changed them. */
export interface Snapshot extends z.infer<typeof manifest> {
  /** Sorts by time: `2026-01-31T12-00-00.000Z-reset-1`. */
  name: string;
  /** `reset 1`, `goto 3`, `undo`, or `restore` for an undo by name. */
  command: string;
  /** Where its copies lie, by their paths from the repository's root. */
  files: string;
  /** Exists until the command has ended: with it, the steps may be half changed. */
  unfinished: string;
}

const TIME_LENGTH = new Date().toISOString().length;

const folderOf = (root: string): string => join(root, '.workshop', 'snapshots');

/** Every snapshot, also an incomplete one, oldest first. */
const namesIn = (root: string): string[] =>
  existsSync(folderOf(root)) ? readdirSync(folderOf(root)).sort() : [];

/** What a snapshot's name determines. */
const placesOf = (root: string, name: string) => ({
  name,
  command: name.slice(TIME_LENGTH + 1).replace(/-(\d+)$/, ' $1'),
  files: join(folderOf(root), name, 'files'),
  unfinished: join(folderOf(root), name, 'unfinished'),
});

/** Later than every other, also when the clock was set back. Without colons, which Windows does not allow. */
function nextName(root: string, command: string): string {
  const newest = namesIn(root).at(-1)?.slice(0, TIME_LENGTH) ?? '';
  const after = Date.parse(newest.replace(/(T\d\d)-(\d\d)-/, '$1:$2:')) + 1 || 0;
  const time = new Date(Math.max(Date.now(), after)).toISOString().replaceAll(':', '-');
  return `${time}-${command.replace(' ', '-')}`;
}

/** Every complete snapshot, oldest first. */
export function snapshots(root: string): Snapshot[] {
  return namesIn(root).flatMap((name) => {
    try {
      const text = readFileSync(join(folderOf(root), name, 'manifest.yaml'), 'utf8');
      return [{ ...placesOf(root, name), ...manifest.parse(parse(text)) }];
    } catch {
      return []; // Its command ended before the copy was complete, and has changed nothing.
    }
  });
}

export const isUnfinished = ({ unfinished }: Snapshot): boolean => existsSync(unfinished);

/**
 * Copies what the steps are, and compares the copy with them. It counts as unfinished until `unfinished` is removed.
 *
 * @param before the steps' tree
 * @throws MachineFault when a file changed meanwhile
 */
export async function takeSnapshot(
  root: string,
  before: Tree,
  about: Pick<Snapshot, 'command' | 'steps' | 'takesBack'>,
): Promise<Snapshot> {
  const { command, ...known } = about;
  await mkdir(folderOf(root), { recursive: true });
  const snapshot = placesOf(root, nextName(root, command));
  await mkdir(join(folderOf(root), snapshot.name));
  const folderModes = Object.fromEntries(
    [...before].flatMap(([path, entry]) =>
      entry.kind === 'folder' && entry.mode !== undefined ? [[path, entry.mode]] : [],
    ),
  );
  const digest = digestOf(before);
  try {
    await writeTree(before, snapshot.files);
    if (digestOf(await readTree(snapshot.files, known.steps)) !== digest)
      throw new MachineFault('changed-while-copied');
    await writeFile(snapshot.unfinished, '');
    const text = stringify({ ...known, folderModes, digest });
    await writeFile(join(folderOf(root), snapshot.name, 'manifest.yaml'), text);
    return { ...snapshot, ...known, folderModes, digest };
  } catch (error) {
    await removeSnapshot(root, snapshot.name);
    throw error;
  }
}

/** What the steps were. @throws MachineFault when the copy is not what it was */
export async function readSnapshot(snapshot: Snapshot): Promise<Tree> {
  const { name, files, steps, folderModes, digest } = snapshot;
  const tree = await readTree(files, steps);
  if (digestOf(tree) !== digest) {
    throw new MachineFault('snapshot-damaged', { snapshot: name, folder: files });
  }
  for (const [path, entry] of tree) if (entry.kind === 'folder') entry.mode = folderModes[path];
  return tree;
}

/** Never the newest, and none that is still needed to fix a step. */
export async function removeOldest(root: string): Promise<void> {
  const needed = snapshots(root).filter(isUnfinished);
  for (const name of namesIn(root).slice(0, -KEPT))
    if (!needed.some((snapshot) => snapshot.name === name)) await removeSnapshot(root, name);
}

/** What cannot be removed now is removed with the oldest later; without its manifest it no longer counts. */
export async function removeSnapshot(root: string, name: string): Promise<void> {
  const folder = join(folderOf(root), name);
  await rm(join(folder, 'manifest.yaml'), { force: true }).catch(() => {});
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}
