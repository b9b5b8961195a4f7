import { main } from './commands/index.ts';
import { localized } from './language.ts';

/** Aborted by Ctrl-C; every command then cleans up and ends. */
const interrupt = new AbortController();
const { signal } = interrupt;

function stop(): void {
  if (signal.aborted) return;
  console.error(
    `\n${localized('Stopping, and removing what was started …', '正在停止，並移除已啟動的東西 …')}`,
  );
  interrupt.abort();
}

// Ctrl-C, the end of the session, and a terminal that is closed.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, stop);
// Whoever read our output has gone, as in `npm run demo | head`.
process.stdout.on('error', stop);
process.stderr.on('error', () => {});
process.exitCode = await main(process.argv.slice(2), signal);
// Everything is removed, and nobody needs what some check may still wait for.
if (signal.aborted) process.exit();
