import { createHash } from 'node:crypto';

/** The name of a stack that stays up: the same for every run on the same folder, so that the next one finds it. */
export const keptName = (directory: string): string =>
  `workshop-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;

/** Removes what `--keep` has left up for a folder. */
export async function removeKept(directory: string): Promise<void> {
  const { removeStack } = await import('../../stack/index.ts');
  await removeStack({ directory, name: keptName(directory) });
}
