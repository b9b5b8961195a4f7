import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const TIME_LENGTH = new Date().toISOString().length;

export const folderOf = (root: string): string => join(root, '.workshop', 'snapshots');

/** Every snapshot, also an incomplete one, oldest first. */
export const namesIn = (root: string): string[] =>
  existsSync(folderOf(root)) ? readdirSync(folderOf(root)).sort() : [];

/** What a snapshot's name determines. */
export const placesOf = (root: string, name: string) => ({
  name,
  command: name.slice(TIME_LENGTH + 1).replace(/-(\d+)$/, ' $1'),
  files: join(folderOf(root), name, 'files'),
  unfinished: join(folderOf(root), name, 'unfinished'),
});

/** Later than every other, also when the clock was set back. Without colons, which Windows does not allow. */
export function nextName(root: string, command: string): string {
  const newest = namesIn(root).at(-1)?.slice(0, TIME_LENGTH) ?? '';
  const after = Date.parse(newest.replace(/(T\d\d)-(\d\d)-/, '$1:$2:')) + 1 || 0;
  const time = new Date(Math.max(Date.now(), after)).toISOString().replaceAll(':', '-');
  return `${time}-${command.replace(' ', '-')}`;
}
