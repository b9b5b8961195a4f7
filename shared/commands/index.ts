import { describeNext, Fault, MachineFault } from '../engine/index.ts';
import { type Command, withNpmOptions } from './command.ts';
import { run } from './run.ts';
import { USAGE } from './usage.ts';

/** One command line, from its arguments to its exit code. What goes wrong is explained, never thrown. */
export const main: Command = (args, signal) =>
  run(withNpmOptions(args), signal).catch((error) => explain(error, signal));

/** What a person reads instead of a stack trace. @returns the exit code */
function explain(error: unknown, signal: AbortSignal): number {
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
    // Below the usage, where the eye is when it has been printed.
    console.error(`${USAGE}\n\n${(error as Error).message}`);
    return 2;
  }
  console.error(`Something unexpected happened: ${(error as Error).message}`);
  console.error('Please report it with the output of: WORKSHOP_DEBUG=1 and the same command');
  if (process.env.WORKSHOP_DEBUG) console.error(error);
  return 2;
}
