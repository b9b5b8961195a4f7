import { Fault, MachineFault } from '../engine/index.ts';

/** What the system's error codes mean, and what to do. */
const CODES: Record<string, [meaning: string, remedy: string]> = {
  ENOSPC: ['no space is left on the disk', 'free some space'],
  EDQUOT: ['your share of the disk is used up', 'free some space'],
  EROFS: ['the disk can only be read', 'copy the workshop to a disk that can be written'],
  EACCES: ['this may not be read or written', 'make it yours to read and write'],
  EPERM: ['this may not be changed', 'close whatever uses it and make it yours to write'],
  EBUSY: ['another program uses this', 'close that program'],
  EXDEV: ['this lies on another disk', 'keep the whole workshop on one disk'],
};

/**
 * What a person reads when the disk refuses.
 *
 * @param failed what could not be done, and what has become of the learner's files
 */
export function diskFault(error: unknown, failed: string): Fault {
  if (error instanceof Fault) return error;
  const { code = '', message, path } = error as NodeJS.ErrnoException;
  const [meaning, remedy] = CODES[code] ?? [message, 'mend this'];
  const where = CODES[code] && path ? ` (${path})` : '';
  return new MachineFault(`${failed}: ${meaning}${where}.`, `${remedy}, then try again`);
}
