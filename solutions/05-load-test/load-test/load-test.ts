import { constants } from 'node:os';
import { type CommandOptions, HELP, readOptions } from './options.ts';
import { runLoad } from './run-load.ts';
import { describeProgress, describeSummary, judge, type LoadProgress } from './summary.ts';

/** Where nobody watches live (a file, a log), one line in so many seconds is enough. */
const SECONDS_PER_LOG_LINE = 5;

// Ctrl-C (SIGINT) and `docker compose stop` (SIGTERM) end the load, not the process: the summary still comes.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort(name));
// The reader of a pipe may leave early, as in `load-test.ts | head`.
process.stdout.on('error', () => process.exit(2));

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else process.exitCode = await sendLoad(options);
} catch (error) {
  // A wrong option, or a target that does not answer. The message is all a person needs; a stack trace hides it.
  console.error((error as Error).message);
  process.exitCode = stop.signal.aborted ? stoppedBySignal() : 2;
}

/** @returns the exit code */
async function sendLoad(options: CommandOptions): Promise<number> {
  const { target, rate, connections, duration } = options;
  console.log(
    `${rate} requests/s to ${target} over ${connections} connections for ${duration} s. Ctrl-C ends it.`,
  );

  const summary = await runLoad(options, { onProgress: showProgress, signal: stop.signal });
  const { passed, verdict } = judge(summary, options);
  console.log(describeSummary(summary, rate));
  if (summary.end === 'stopped') {
    console.log('Stopped early.');
    return stoppedBySignal();
  }
  console.log(verdict);
  return passed ? 0 : 1;
}

function showProgress(progress: LoadProgress): void {
  const line = describeProgress(progress);
  // A carriage return goes back to the start of the line, so that the next one is drawn over it.
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (progress.elapsedSeconds % SECONDS_PER_LOG_LINE === 0) console.log(line);
}

/** What a shell expects of a process that a signal ended: 128 and the signal's number, 130 after Ctrl-C. */
function stoppedBySignal(): number {
  return 128 + constants.signals[stop.signal.reason as 'SIGINT' | 'SIGTERM'];
}
