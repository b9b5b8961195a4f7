import { lstat, mkdir, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { megabytes } from './prepare.ts';

/** Only a name that nobody has, or an empty folder, is taken. */
export async function makeFolder(target: string, part: string): Promise<void> {
  try {
    const there = await lstat(target).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    // Windows answers to the removal of a file as a folder that nothing is there.
    if (there && !there.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    if (there) await rmdir(target);
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOTEMPTY: 'there is something in it already',
      EEXIST: 'there is something in it already',
      ENOTDIR: 'a file has this name, or a part of it',
      EBUSY: 'it is a disk of its own; name a folder on it',
      EACCES: 'you may not write there',
      EPERM: 'you may not write there',
      EROFS: 'that disk can only be read',
    };
    throw new MachineFault('stick-folder', { folder: target, reason: reasons[code] ?? message });
  }
}

export const isFull = ({ code, message }: NodeJS.ErrnoException): boolean =>
  code === 'ENOSPC' || /no space left/i.test(message);

/** @throws MachineFault where the disk has no room, before anything is written or when it is full after all */
export async function orFull(
  folder: string,
  needed: number,
  work: () => Promise<void>,
): Promise<void> {
  const freeBytes = async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const free = await freeBytes();
  const full = () =>
    new MachineFault('stick-full', {
      ...{ folder: dirname(folder), needed: megabytes(needed), free: megabytes(free) },
    });
  if (free < needed) throw full();
  await work().catch((error: NodeJS.ErrnoException) => {
    throw isFull(error) ? full() : error;
  });
}
