import { MachineFault } from '../engine/index.ts';

/** What the system's error codes mean, and what to do. */
const CODES: Record<string, [meaning: string, remedy: string]> = {
  ENOSPC: ['no space is left on the disk', 'free some space'],
  EDQUOT: ['your share of the disk is used up', 'free some space'],
  EROFS: ['the disk can only be read', 'copy the workshop to a disk that can be written'],
  EACCES: ['this may not be read or written', 'make it yours to read and write'],
  EPERM: ['this may not be changed', 'close whatever uses it and make it yours to write'],
  EBUSY: ['another program uses this', 'close that program'],
  ENOENT: ['this has disappeared', 'see whether another program changes it'],
  EXDEV: ['this lies on another disk', 'keep the whole workshop on one disk'],
};

/**
 * Does some work that either succeeds or changes nothing.
 *
 * @param failed what is said when the disk refuses, for example "steps/01-app cannot be locked"
 * @throws MachineFault in that case
 */
export async function orDiskFault<T>(failed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { errno, code = '', message, path } = error as NodeJS.ErrnoException;
    // Only the system's own errors have a number.
    if (errno === undefined) throw error;
    const [meaning, remedy] = CODES[code] ?? [message, 'fix this'];
    const where = CODES[code] && path ? ` (${path})` : '';
    throw new MachineFault('disk-refuses', { failed, reason: `${meaning}${where}`, remedy });
  }
}
