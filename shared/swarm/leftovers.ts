import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { MachineFault } from '../engine/index.ts';
import { waitFor } from '../stack/index.ts';
import { BRIDGE, CABLE, FOLDER, FORWARD } from './machines.ts';

/** The kernel takes a moment to take the namespaces of a dead process apart. Seconds. */
const END_LIMIT = 20;

const CGROUPS = ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', `*/${BRIDGE}*`];

/** What there is on this machine of a Swarm of ours, each by its name. */
export async function leftovers(): Promise<string[]> {
  const rule = await execa('iptables', ['--wait', '-C', ...FORWARD], { reject: false });
  const cgroups = await execa('find', CGROUPS, { reject: false });
  return [
    ...engines().map((pid) => `process ${pid}`),
    ...interfaces().map((name) => `network interface ${name}`),
    ...(rule.exitCode === 0 ? [`iptables rule ${FORWARD.join(' ')}`] : []),
    ...cgroups.stdout.split('\n').filter(Boolean),
    ...(existsSync(FOLDER) ? [FOLDER] : []),
  ];
}

/** Removes all of it, whoever has left it. @throws MachineFault when something stays */
export async function removeLeftovers(): Promise<void> {
  for (const pid of engines()) endProcess(pid);
  await waitFor({
    what: 'the engines to end',
    withinSeconds: END_LIMIT,
    look: async () => engines(),
    until: (pids) => pids.length === 0,
  });
  // Out of reach of a second Ctrl-C.
  const remove = (file: string, args: string[]) =>
    execa(file, args, { reject: false, detached: true });
  await waitFor({
    what: 'nothing to be left',
    withinSeconds: END_LIMIT,
    look: async () => {
      // One by one: the other end of a cable stays while a connection to a machine that is lost waits for its end.
      for (const name of interfaces()) await remove('ip', ['link', 'delete', name]);
      await remove('iptables', ['--wait', '-D', ...FORWARD]);
      await remove('find', [...CGROUPS, '-delete']);
      await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
      return leftovers();
    },
    until: (left) => left.length === 0,
  }).catch(async () => {
    const left = await leftovers();
    if (left.length === 0) return;
    throw new MachineFault('not-removed', { reason: left.join(', '), remedy: 'npm run swarm' });
  });
}

const interfaces = (): string[] =>
  readdirSync('/sys/class/net').filter((name) => name === BRIDGE || name.startsWith(CABLE));

/** Processes whose engine has its data in our folder. */
function engines(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    const command = /^\d+$/.test(pid) ? commandOf(pid) : [];
    return command.some((word) => word.startsWith(`${FOLDER}/node-`)) ? Number(pid) : [];
  });
}

const commandOf = (pid: string): string[] => {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch {
    return [];
  }
};

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile, as the others of its machine do with the first.
  }
}
