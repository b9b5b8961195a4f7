import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { docker, ensureEngine } from '../engine/index.ts';
import { ROOT } from '../root.ts';

const GB = 1e9;

/** Above this share of its cores a machine is not quiet. */
const QUIET = 0.1;

/** How long it is looked at before each part, and how often until what came before is over. Milliseconds. */
const LOOK_MS = 2_000;
const LOOKS = 5;

/** Where something was measured, and how quiet it was there. */
export interface Machine {
  processor: string;
  cores: number;
  /** GB, in all. */
  memory: number;
  system: string;
  /** Program → its version. */
  versions: Record<string, string>;
  /** The load average of the minute before. Always 0 on Windows. */
  load: number;
  /** The share of the cores that was at work just before. */
  busy: number;
}

/**
 * @param containers is the engine's version needed?
 * @param looks how often it is looked at, until it is quiet
 */
export async function lookAtMachine(containers: boolean, looks = LOOKS): Promise<Machine> {
  const [load = 0] = loadavg();
  let busy = 1;
  for (let look = 0; look < looks && busy > QUIET; look++) {
    const before = processorTimes();
    await pause(LOOK_MS);
    const after = processorTimes();
    busy = 1 - (after.idle - before.idle) / (after.all - before.all);
  }
  const engine = containers ? await ensureEngine() : undefined;
  const commit = await execa('git', ['rev-parse', '--short=8', 'HEAD'], {
    cwd: ROOT,
    reject: false,
  });
  return {
    processor: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memory: totalmem() / GB,
    system: `${platform()} ${release()} ${arch()}`,
    versions: {
      workshop: commit.stdout,
      'Node.js': process.versions.node,
      ...(engine && { Docker: engine.version, Compose: engine.composeVersion }),
    },
    load,
    busy,
  };
}

function processorTimes() {
  const times = cpus().map((core) => core.times);
  const sum = (numbers: number[]) => numbers.reduce((total, it) => total + it, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.flatMap((it) => Object.values(it))),
  };
}

/** Why what is measured here now would be wrong; undefined on a quiet machine. */
export const whyNotQuiet = ({ busy, load, cores }: Machine): string | undefined =>
  busy > QUIET
    ? `${(100 * busy).toFixed(0)} % of its ${cores} cores were at work before the first run (load average ${load.toFixed(2)})`
    : undefined;

/** Free memory, of this machine and, where the engine runs in a smaller one, of that. GB. */
export async function freeMemory(containers: boolean): Promise<number> {
  const here = process.availableMemory() / GB;
  if (!containers) return here;
  return Math.min(here, Number(await docker(['info', '--format', '{{.MemTotal}}'])) / GB);
}
