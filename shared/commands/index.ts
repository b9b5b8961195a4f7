import { describeNext, Fault, MachineFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { type Command, withNpmOptions } from './command.ts';
import { run } from './run.ts';

/** One command line, from its arguments to its exit code. What goes wrong is explained, never thrown. */
export const main: Command = (args, signal) =>
  run(withNpmOptions(args), signal).catch((error) => explain(error, signal));

/** What a person reads instead of a stack trace. @returns the exit code */
async function explain(error: unknown, signal: AbortSignal): Promise<number> {
  const isLeft = error instanceof MachineFault && error.id === 'not-removed';
  if (signal.aborted && !isLeft) {
    console.error(
      localized(
        'Stopped. Everything that was started is removed.',
        '已停止。啟動過的東西都移除了。',
      ),
    );
    return 130;
  }
  if (error instanceof Fault) {
    console.error(`\n${error.message}\n\n${describeNext(error)}`);
    return error.exitCode;
  }
  if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) {
    const { usage } = await import('./usage.ts');
    const { code, message } = error as { code: string; message: string };
    const isUnknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    const chinese = isUnknown ? `沒有這個選項；可用的選項列在上面。\n${message}` : message;
    // Below the usage, where the eye is when it has been printed.
    console.error(`${usage()}\n\n${localized(message, chinese)}`);
    return 2;
  }
  const { message } = error as Error;
  console.error(
    localized(
      `Something unexpected happened: ${message}\nPlease report it with the output of: WORKSHOP_DEBUG=1 and the same command`,
      `發生了意料之外的錯誤：${message}\n請附上加了 WORKSHOP_DEBUG=1 再執行一次同一個指令的輸出，回報這個錯誤`,
    ),
  );
  if (process.env.WORKSHOP_DEBUG) console.error(error);
  return 2;
}
