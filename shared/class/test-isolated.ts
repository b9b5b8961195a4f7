import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { waitFor } from '../stack/index.ts';

/** Where an engine can keep images: not in memory. */
const HOME = '/var/tmp';

/** In namespaces of its own: no network but a loopback, nothing in /run, so that no other engine is found. */
const ISOLATED = '--net --mount --uts --pid --fork --kill-child --mount-proc'.split(' ');
const ENGINE = 'mount -t tmpfs tmpfs /run && ip link set lo up && exec dockerd --data-root "$0"';

/** A machine that has no way out, and an engine without any image. */
export interface IsolatedMachine extends AsyncDisposable {
  /** The home folder of whoever uses it; empty at first. */
  home: string;
  /** Runs a program there, and never throws for its exit code. */
  run(words: string[], cwd: string): Promise<{ exitCode?: number; output: string }>;
}

/** Why there can be none here; nothing where there can be. */
export async function whyNoIsolation(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'only root on Linux can take the network away from an engine';
  }
  for (const program of ['unshare', 'nsenter', 'ip', 'dockerd']) {
    const { failed } = await execa('which', [program], { reject: false });
    if (failed) return `there is no ${program} here`;
  }
  return undefined;
}

export async function isolatedMachine(): Promise<IsolatedMachine> {
  const folder = await mkdtemp(join(HOME, 'workshop-isolated-'));
  const home = join(folder, 'home');
  await mkdir(home);
  const words = [...ISOLATED, 'sh', '-c', ENGINE, join(folder, 'images')];
  const engine = execa('unshare', words, { all: true, reject: false });
  const inside = async (): Promise<string> => {
    const path = `/proc/${engine.pid}/task/${engine.pid}/children`;
    return (await readFile(path, 'utf8')).trim();
  };
  const run: IsolatedMachine['run'] = async (command, cwd) => {
    const enter = ['--target', await inside(), '--net', '--mount', '--pid', `--wd=${cwd}`];
    const { exitCode, all } = await execa('nsenter', [...enter, ...command], {
      ...{
        all: true,
        reject: false,
        env: { PATH: process.env.PATH, HOME: home, WORKSHOP_LANG: 'en' },
        extendEnv: false,
      },
    });
    return { ...(exitCode !== undefined && { exitCode }), output: all };
  };
  await waitFor({
    what: 'an engine without a network',
    withinSeconds: 60,
    look: () => run(['docker', 'info'], '/'),
    until: ({ exitCode }) => exitCode === 0,
  });
  return {
    ...{ home, run },
    async [Symbol.asyncDispose]() {
      // The first process of the namespace: with it all others end, and its mounts are gone.
      process.kill(Number(await inside()), 'SIGKILL');
      await engine;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
