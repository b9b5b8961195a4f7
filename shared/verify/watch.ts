import { relative } from 'node:path';
import { watch as watchFiles } from 'chokidar';
import type { Verdict } from './report.ts';
import { openSession, type Session, type VerifyOptions } from './verify.ts';

/** How long files must be quiet before they are judged: editors save several at once. Milliseconds. */
const QUIET_MS = 100;

/** Folders whose server reads its files again on SIGHUP. Others are mounted, or `up` makes the container anew. */
const RELOADED = ['prometheus', 'alertmanager'];

/**
 * Judges the step, then again on every save, until the signal. The containers stay up in between.
 *
 * @param onVerdict called after each judgement
 */
export async function watch(
  options: VerifyOptions & { signal: AbortSignal },
  onVerdict: (verdict: Verdict) => Promise<void>,
  say: (words: string) => void,
): Promise<void> {
  const session = await openSession({ ...options, keep: true });
  const changed = new Set<string>();
  let wake = () => {};
  const watcher = watchFiles(session.step.files.directory, {
    ignored: /node_modules|[\\/]\.git/,
    ignoreInitial: true,
  });
  watcher.on('all', (_, path) => {
    changed.add(relative(session.step.files.directory, path).replaceAll('\\', '/'));
    wake();
  });
  options.signal.addEventListener('abort', () => wake());

  try {
    while (!options.signal.aborted) {
      await reload(session, [...changed]);
      changed.clear();
      const verdict = await session.judge();
      await onVerdict(verdict);
      say(
        `\n${new Date().toLocaleTimeString()}  judged ${verdict.contentHash}, waiting for the next save …\n`,
      );
      while (changed.size === 0 && !options.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  } finally {
    await watcher.close();
    await session.step.remove();
  }
}

/** Tells the servers whose files have changed. Whatever else changed is for the next `up`. */
async function reload({ step, definition }: Session, paths: string[]): Promise<void> {
  for (const service of RELOADED) {
    const concerned = paths.some((path) => path.startsWith(`${service}/`));
    if (!concerned || !definition.services.includes(service) || !step.isUp) continue;
    // A server that is down reads its files when it starts.
    await step.stack.compose('kill', '--signal', 'SIGHUP', service).catch(() => {});
  }
}
