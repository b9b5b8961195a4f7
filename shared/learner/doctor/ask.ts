import { execFile } from 'node:child_process';

/** What came of asking a program. */
export interface Answer {
  /** `missing`: there is no such program. `late`: the signal came first. */
  outcome: 'ok' | 'failed' | 'missing' | 'late';
  stdout: string;
  stderr: string;
}

/**
 * Asks a program and never waits longer than the signal allows. Not `docker()`, which waits until nobody holds the
 * output any more: a plugin of Docker's may hang and hold it after Docker itself has been ended.
 */
export function ask(program: string, args: string[], signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { signal, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ outcome: outcomeOf(error?.code), stdout: stdout.trim(), stderr: stderr.trim() });
    });
    child.stdin?.on('error', () => {}).end();
  });
}

function outcomeOf(code: string | number | null | undefined): Answer['outcome'] {
  if (code === undefined) return 'ok';
  return code === 'ENOENT' ? 'missing' : code === 'ABORT_ERR' ? 'late' : 'failed';
}
