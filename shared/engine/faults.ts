import { anchorOf, explanation, localizedPage } from '../language.ts';
import { FAULTS } from './catalogue.ts';
import { type FaultText, remedyHere } from './texts.ts';

/** Where Troubleshooting speaks about a message, as a path from the repository's root. */
export const moreAbout = (page: string, id: string): string =>
  `docs/troubleshooting/${page}.md#${anchorOf(id)}`;

type FaultId = keyof typeof FAULTS;

/** Something went wrong that a person can fix: what happened, and the next command. Never shown with a stack trace. */
export abstract class Fault extends Error {
  /** The exit code of the command that ends with this fault. */
  abstract readonly exitCode: 1 | 2;
  readonly next: string;
  /** Where Troubleshooting speaks about it. */
  readonly more?: string;

  /**
   * @param message what happened and what was expected, in plain words
   * @param next the command or action that fixes it
   */
  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}

/** The machine stands in the way, not anyone's work: no engine, no image, a taken port. */
export class MachineFault<Id extends FaultId = FaultId> extends Fault {
  override readonly exitCode = 2;
  override readonly more: string;
  readonly id: Id;

  /** @param details what the catalogue's message about this fault leaves open */
  constructor(id: Id, ...details: Parameters<(typeof FAULTS)[Id]>) {
    const textOf = FAULTS[id] as (...details: unknown[]) => FaultText;
    const { message, next } = textOf(...details);
    super(message, remedyHere(next));
    this.id = id;
    this.more = moreAbout('machine', id);
  }
}

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
    throw diskFault(failed, error);
  }
}

/** The same for an error that was caught. @returns the error itself when it is none of the disk's */
export function diskFault(failed: string, error: unknown): unknown {
  const { errno, code = '', message, path } = error as NodeJS.ErrnoException;
  // Only the system's own errors have a number.
  if (errno === undefined) return error;
  const [meaning, remedy] = CODES[code] ?? [message, 'fix this'];
  const where = CODES[code] && path ? ` (${path})` : '';
  return new MachineFault('disk-refuses', { failed, reason: `${meaning}${where}`, remedy });
}

/** The work itself gives a wrong result: a broken configuration file, an alert that never came. */
export class WrongResult extends Fault {
  override readonly exitCode = 1;
}

/** The last lines about a fault: the one next command, and where to read more; in Chinese first what it means. */
export function describeNext({ next, more }: Fault): string {
  const meaning = explanation(more);
  return [
    ...(meaning ? [`${meaning}\n`] : []),
    `next: ${next}`,
    ...(more ? [`more: ${localizedPage(more)}`] : []),
  ].join('\n');
}
