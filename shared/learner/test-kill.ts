import { goTo, reset, undo } from './index.ts';
import { atChange } from './test-faults.ts';

/** Runs a command in this process, which is killed at its n-th change of the disk. */
const [root = '', command = '', n = ''] = process.argv.slice(2);
const commands: Record<string, () => Promise<string>> = {
  reset: () => reset(root, 1),
  goto: () => goTo(root, 3),
  undo: () => undo(root),
};
atChange(Number(n), 'once', () => {
  process.kill(process.pid, 'SIGKILL');
  // Until the signal has come, nothing more happens.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
await commands[command]?.();
