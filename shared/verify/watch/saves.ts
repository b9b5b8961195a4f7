import { basename, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watch as watchFiles } from 'chokidar';
import { isJunkFile } from '../files/index.ts';

/** How often files are looked at. Looking works everywhere; being told does not, as on network drives. Milliseconds. */
const LOOK_MS = 100;

/** How long files must be quiet before they are judged: editors save several at once. Milliseconds. */
const QUIET_MS = 100;

/** What a learner saves in a folder. */
export async function watchSaves(directory: string) {
  const changed = new Set<string>();
  let last = 0;
  const watcher = watchFiles(directory, {
    ignored: (path) => isJunkFile(basename(path)),
    ignoreInitial: true,
    usePolling: true,
    interval: LOOK_MS,
    binaryInterval: LOOK_MS,
  });
  watcher.on('all', (_, path) => {
    changed.add(relative(directory, path).replaceAll('\\', '/'));
    last = performance.now();
  });
  // A file that may not be looked at now is looked at again.
  watcher.on('error', () => {});
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    /** Waits for saves. @returns the changed paths, with `/`; none when the signal ends the wait */
    async next(signal: AbortSignal): Promise<string[]> {
      while (!signal.aborted && (changed.size === 0 || performance.now() - last < QUIET_MS))
        await pause(QUIET_MS / 4);
      const paths = [...changed];
      changed.clear();
      return paths;
    },
    /** Was something saved that `next` has not returned yet? */
    hasMore: () => changed.size > 0,
    close: () => watcher.close(),
  };
}
