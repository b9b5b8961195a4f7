import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { execa, type Options } from 'execa';
import { vi } from 'vitest';
import { nameProjects, ROOT } from '../root.ts';

/** What a command printed, and how it ended. */
export interface Ran {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

/** A copy of this repository, as a learner would clone it. */
export interface Clone extends Disposable {
  root: string;
  /** Runs `npm run …` as a person without a terminal would, but in this process, which is quick. */
  run(args: string[], env?: Record<string, string>): Promise<Ran>;
  /** The same in a process of its own, where that is the subject. */
  start(args: string[], options?: Options): ReturnType<typeof startIn>;
}

export async function clone(parent = tmpdir()): Promise<Clone> {
  const root = mkdtempSync(join(parent, 'clone of the workshop-'));
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execa('git', args, { cwd: ROOT });
  for (const path of stdout.split('\0').filter(Boolean)) {
    const from = join(ROOT, path);
    cpSync(from, join(root, path), { recursive: true, force: true });
  }
  // A junction needs no special right on Windows; elsewhere it is a plain link.
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  nameProjects(root);
  return {
    root,
    run: (args, env) => runIn(root, args, env),
    start: (args, options = {}) => startIn(root, args, options),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

const startIn = (root: string, args: string[], options: Options) =>
  execa(process.execPath, ['--import', 'tsx', 'shared/cli.ts', ...args], {
    cwd: root,
    reject: false,
    ...options,
    env: { NO_COLOR: '1', ...options.env },
  });

/** Runs `npm run …` of the repository in `root` in this process. */
export async function runIn(
  root: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const collect = (stream: keyof typeof printed) => (text: string | Uint8Array) => {
    printed[stream] += text;
    return true;
  };
  const line =
    (stream: keyof typeof printed) =>
    (...values: unknown[]) =>
      void collect(stream)(`${format(...values)}\n`);
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(line('stdout')),
    vi.spyOn(console, 'error').mockImplementation(line('stderr')),
    vi.spyOn(process.stdout, 'write').mockImplementation(collect('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(collect('stderr')),
    vi.spyOn(process, 'cwd').mockReturnValue(root),
  ];
  for (const [name, value] of Object.entries({ NO_COLOR: '1', ...env })) vi.stubEnv(name, value);
  try {
    const { main } = await import(/* @vite-ignore */ join(root, 'shared/commands/index.ts'));
    const exitCode = await main(args, new AbortController().signal);
    // As execa does.
    const withoutEnd = (text: string) => text.replace(/\n$/, '');
    return { stdout: withoutEnd(printed.stdout), stderr: withoutEnd(printed.stderr), exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
