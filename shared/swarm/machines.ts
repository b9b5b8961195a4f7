import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type DockerOptions, docker } from '../engine/index.ts';
import { waitFor } from '../stack/index.ts';

/** Where the engines keep their data: on the disk, because /tmp may be in memory. */
export const FOLDER = '/var/tmp/workshop-swarm';
/** Joins the machines, and carries nothing else. */
export const BRIDGE = 'workshop-swarm';
/** What the cable to a machine is called, before its number. */
export const CABLE = 'workshop-node-';
/** Docker drops what is forwarded, unless a rule allows it. */
export const FORWARD = ['FORWARD', '-i', BRIDGE, '-o', BRIDGE, '-j', 'ACCEPT'];
/** Reserved for measurements, so that nobody's network has it: RFC 2544. */
const SUBNET = '198.18.17';

/** Each machine, and the labels by which stack.yaml says what belongs there. */
const MACHINES = { 'node-1': 'store=true', 'node-2': 'monitoring=a', 'node-3': 'monitoring=b' };

/** Where an engine writes, in its machine's folder. */
const LOG = 'dockerd.log';

/** An engine starts within a second or two. Seconds. */
const START_LIMIT = 60;

/** Everything that a machine has of its own. Whoever kills the first process of the namespaces kills all in them. */
const NAMESPACES = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** With a /run of its own, the engine does not find the containerd of this machine's engine and starts another. */
const BOOT = 'mount -t tmpfs tmpfs /run && hostname "$1" && shift && exec dockerd "$@"';

/** What the namespaces must be able to do; on a machine that cannot, this prints why. Nothing of it is left. */
export const tryNamespaces = () =>
  execa('unshare', [
    ...NAMESPACES,
    ...['sh', '-c'],
    'mount -t tmpfs tmpfs /run && hostname node && ip link add type veth && ip link add type bridge && ip link add name v type vxlan id 1 dstport 4789',
  ]);

export interface Machine {
  name: string;
  /** Where the other machines and this one reach it. */
  address: string;
  label: string;
  /** Runs `docker …` on its engine. */
  docker: (args: string[], options?: DockerOptions) => Promise<string>;
  /** As if its plug was pulled: SIGKILL for its engine and all that runs in it. */
  lose: () => Promise<void>;
}

/** Makes machines out of namespaces, with an engine in each and a bridge between them. */
export async function startMachines(signal: AbortSignal): Promise<Machine[]> {
  await mkdir(FOLDER, { recursive: true });
  await execa('ip', ['link', 'add', 'name', BRIDGE, 'type', 'bridge']);
  await execa('ip', ['address', 'add', `${SUBNET}.254/24`, 'dev', BRIDGE]);
  await execa('ip', ['link', 'set', BRIDGE, 'up']);
  await execa('iptables', ['--wait', '-I', ...FORWARD]);
  const starts = Object.entries(MACHINES).map(([name, label], at) =>
    startMachine({ name, label, address: `${SUBNET}.${at + 1}` }, signal),
  );
  // None is still being made when another has failed and everything is removed.
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

async function startMachine(
  { name, label, address }: Pick<Machine, 'name' | 'label' | 'address'>,
  signal: AbortSignal,
): Promise<Machine> {
  const folder = join(FOLDER, name);
  const host = `unix://${folder}/docker.sock`;
  await mkdir(folder);
  await using log = await open(join(folder, LOG), 'w');
  const options = ['--host', host, '--data-root', join(folder, 'data'), '--pidfile', '/run/pid'];
  // In a group of its own, which Ctrl-C does not reach; it ends with this process, however that ends.
  const engine = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, 'sh', '-c', BOOT, 'sh', name],
      ...[...options, '--cgroup-parent', `/${BRIDGE}/${name}`],
    ],
    { detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  await connect(name, engine.pid as number, address, signal);
  const machine = {
    ...{ name, label, address },
    docker: (args: string[], more?: DockerOptions) => docker(['--host', host, ...args], more),
    lose: async () => {
      if (engine.exitCode !== null || engine.signalCode !== null) return;
      const ended = once(engine, 'exit');
      engine.kill('SIGKILL');
      await ended;
    },
  };
  await waitFor({
    what: `the engine of ${name}`,
    withinSeconds: START_LIMIT,
    look: () =>
      machine.docker(['version']).catch(async () => {
        const lines = await readFile(join(folder, LOG), 'utf8');
        throw new Error(`no response; its log ends with ${lines.trim().split('\n').at(-1)}`);
      }),
    until: () => true,
    signal,
  });
  return machine;
}

/** Lays a cable from the bridge to the machine, where it is eth0. */
async function connect(name: string, pid: number, address: string, signal: AbortSignal) {
  const ours = await readlink('/proc/self/ns/net');
  await waitFor({
    what: `${name} to have a network of its own`,
    withinSeconds: START_LIMIT,
    look: () => readlink(`/proc/${pid}/ns/net`),
    until: (network) => network !== ours,
    signal,
  });
  const cable = name.replace('node-', CABLE);
  const peer = ['peer', 'name', 'eth0', 'netns', `${pid}`];
  await execa('ip', ['link', 'add', 'name', cable, 'type', 'veth', ...peer]);
  await execa('ip', ['link', 'set', cable, 'master', BRIDGE, 'up']);
  const inside = (...args: string[]) =>
    execa('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args]);
  await inside('address', 'add', `${address}/24`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  await inside('link', 'set', 'lo', 'up');
}
