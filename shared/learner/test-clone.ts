import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { ROOT } from '../root.ts';

/** A copy of this repository, as a learner would clone it. */
export interface Clone extends Disposable {
  root: string;
  /** Runs `npm run …` as a person without a terminal would. */
  run(words: string[], options?: Options): ReturnType<typeof runIn>;
}

export async function clone(parent = tmpdir()): Promise<Clone> {
  const root = mkdtempSync(join(parent, 'clone of the workshop-'));
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execa('git', words, { cwd: ROOT });
  for (const path of stdout.split('\0').filter(Boolean)) {
    const from = join(ROOT, path);
    cpSync(from, join(root, path), { recursive: true, force: true });
  }
  // A junction needs no special right on Windows; elsewhere it is a plain link.
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  return {
    root,
    run: (line, options = {}) => runIn(root, line, options),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

const runIn = (root: string, words: string[], options: Options) =>
  execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', ...words], {
    cwd: root,
    reject: false,
    ...options,
    env: { NO_COLOR: '1', ...options.env },
  });
