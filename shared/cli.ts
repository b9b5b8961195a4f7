import { run, USAGE, withNpmOptions } from './commands/index.ts';
import { describeNext, Fault, MachineFault } from './engine/index.ts';

/** Aborted by Ctrl-C; every command then cleans up and ends. */
const interrupt = new AbortController();
const { signal } = interrupt;

/** What a person reads instead of a stack trace. @returns the exit code */
function explain(error: unknown): number {
  const isLeft = error instanceof MachineFault && error.id === 'not-removed';
  if (signal.aborted && !isLeft) {
    console.error('Stopped. Everything that was started is removed.');
    return 130;
  }
  if (error instanceof Fault) {
    console.error(`\n${error.message}\n\n${describeNext(error)}`);
    return error.exitCode;
  }
  if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  console.error(`Something unexpected happened: ${(error as Error).message}`);
  console.error('Please report it with the output of: WORKSHOP_DEBUG=1 and the same command');
  if (process.env.WORKSHOP_DEBUG) console.error(error);
  return 2;
}

function stop(): void {
  if (signal.aborted) return;
  console.error('\nStopping, and removing what was started …');
  interrupt.abort();
}

// Ctrl-C, the end of the session, and a terminal that is closed.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, stop);
// Whoever read our output has gone, as in `npm run demo | head`.
process.stdout.on('error', stop);
process.stderr.on('error', () => {});
process.exitCode = await run(withNpmOptions(process.argv.slice(2)), signal).catch(explain);
// Everything is removed, and nobody needs what some check may still wait for.
if (signal.aborted) process.exit();
