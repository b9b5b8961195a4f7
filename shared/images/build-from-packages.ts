import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { docker, downloadFromTesting } from '../engine/index.ts';
import { temporaryFolder } from '../temporary.ts';
import type { Recipe } from './recipes.ts';
import { ORIGIN_LABEL, type Reference } from './reference.ts';

const ACCOUNTS =
  'root:x:0:0:root:/:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n';

/**
 * Builds an image from Debian packages and gives it the official name, locally only.
 *
 * @throws Error when a package is not to be had, or not in the version that the reference pins
 */
export async function buildFromPackages(reference: Reference, recipe: Recipe): Promise<void> {
  const files = await downloadFromTesting(recipe.packages);
  if (!recipe.finish) checkVersion(files[0] ?? '', reference.version);

  await using context = temporaryFolder('workshop-image');
  const rootfs = join(context.path, 'rootfs');
  await layOut(rootfs);
  for (const file of files) await execa('dpkg-deb', ['-x', file, rootfs]);
  await recipe.finish?.(rootfs, reference.version);

  const dockerfile = `${basename(reference.repository)}.Dockerfile`;
  const file = join(import.meta.dirname, 'stand-ins', dockerfile);
  const label = `${ORIGIN_LABEL}=${originOf(recipe)}`;
  const args = ['build', '-q', '-f', file, '--label', label, '-t', reference.full, context.path];
  await docker(args);
}

/** "built from Debian packages, no web UI" */
export const originOf = ({ lacks }: Recipe): string =>
  ['built from Debian packages', lacks].filter(Boolean).join(', ');

function checkVersion(file: string, wanted: string): void {
  const found = basename(file).split('_')[1] ?? '';
  if (found.replace(/[+-].*/, '') === wanted) return;
  throw new Error(`Debian testing has version ${found}, ${wanted} is wanted`);
}

/** Debian keeps /bin, /lib and friends as links into /usr; the accounts are those of the official images. */
async function layOut(rootfs: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(rootfs, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(rootfs, name));
  }
  await mkdir(join(rootfs, 'etc'));
  await writeFile(join(rootfs, 'etc/passwd'), ACCOUNTS);
  await writeFile(join(rootfs, 'etc/group'), ACCOUNTS.replace(/^(\w+:x:)\d+:(\d+):.*$/gm, '$1$2:'));
}
