import { createHash } from 'node:crypto';
import { join, sep } from 'node:path';
import { docker } from '../engine/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const COLUMNS = ['project', 'project.working_dir']
  .map((name) => `{{.Label "com.docker.compose.${name}"}}`)
  .join('|');

/** The name of a stack that stays up: the same for every run on the same folder, so that the next one finds it. */
export const keptName = (directory: string): string =>
  `workshop-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;

/** Removes what `--keep` has left up for folders of this clone. */
export async function removeKept(): Promise<void> {
  const { takeDown } = await import('../stack/index.ts');
  const projects = new Set((await docker(['ps', '--all', '--format', COLUMNS])).split('\n'));
  for (const project of projects) {
    const [name = '', directory = ''] = project.split('|');
    const isOurs = directory.startsWith(ROOT + sep) && name === keptName(directory);
    if (isOurs) await takeDown({ directory, name });
  }
}
