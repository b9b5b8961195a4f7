import { mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MachineFault, orDiskFault } from '../engine/index.ts';

/** How long a lock may be without its content: the moment between making and filling it. Milliseconds. */
const FILLED_WITHIN_MS = 5_000;

/**
 * Does some work on one step, or on something else, while no other command does. The lock is `.workshop/locks/<id>`; one
 * whose process has gone is taken over.
 *
 * @param name what is locked, for people
 * @throws MachineFault at once when another command works on it, or the lock cannot be written
 */
export async function withLock<T>(
  root: string,
  id: string,
  work: () => Promise<T>,
  name = `steps/${id}`,
): Promise<T> {
  const file = join(root, '.workshop', 'locks', id);
  await orDiskFault(`${name} cannot be locked`, async () => {
    mkdirSync(join(root, '.workshop', 'locks'), { recursive: true });
    if (acquire(file)) return;
    removeStale(file, name);
    if (!acquire(file)) throw busy(file, name);
  });
  try {
    return await work();
  } finally {
    release(file);
  }
}

/** The same for several steps. They are released when the work has ended. */
export const withLocks = <T>(root: string, ids: string[], work: () => Promise<T>): Promise<T> =>
  ids.reduceRight((inner, id) => () => withLock(root, id, inner), work)();

/** @returns whether the lock is ours now */
function acquire(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${new Date().toISOString()}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    release(file);
    throw error;
  }
}

/** Where that fails, the lock is stale as soon as this process has ended. */
function release(file: string): void {
  try {
    unlinkSync(file);
  } catch {}
}

/** Removes the lock of a process that has gone. @throws MachineFault when it is still there */
function removeStale(file: string, name: string): void {
  if (isHeld(file)) throw busy(file, name);
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // It was released, or somebody else was quicker.
  }
  if (isHeld(aside)) {
    // Somebody else was quicker, and this is already their lock.
    renameSync(aside, file);
    throw busy(file, name);
  }
  unlinkSync(aside);
}

function isHeld(file: string): boolean {
  const { pid } = read(file);
  if (pid) return isRunning(pid);
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Date.now() - made < FILLED_WITHIN_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): { pid: number; since: string } {
  try {
    const [pid, since = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return { pid: Number(pid) || 0, since };
  } catch {
    return { pid: 0, since: '' };
  }
}

function busy(file: string, name: string): MachineFault {
  const { pid, since } = read(file);
  const holder = { pid: pid || 'unknown', since: since || 'unknown' };
  return new MachineFault('step-in-use', { name, ...holder, lock: file });
}
