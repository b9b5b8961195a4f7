import type { ResultPromise } from 'execa';

/** Waits until the running command has printed a line that matches, or has ended. */
export async function sawLine(running: ResultPromise, line: RegExp): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve) => {
    running.all?.on('data', (chunk) => {
      printed += chunk;
      if (line.test(printed)) resolve();
    });
    running.finally(resolve);
  });
}
