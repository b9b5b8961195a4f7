import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { waitFor } from '../stack/index.ts';

/** Where an engine can keep images: not in memory. */
const HOME = '/var/tmp';

/** In namespaces of its own: a network that leads nowhere, nothing in /run, so that no other engine is found. */
const ISOLATED = '--net --mount --uts --pid --fork --kill-child --mount-proc'.split(' ');

/** Addresses of documentation. What is sent to any other address goes to a bridge that nothing is connected to. */
const OWN_ADDRESS = '192.0.2.2';
/** The kernel lists up to a hundred addresses that somebody sent something to. */
const ADDRESSES = '/proc/net/xt_recent/outside';
const ENGINE = `set -e
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add outside type bridge
ip address add ${OWN_ADDRESS}/24 dev outside
ip link set outside up
ip route add default dev outside
for chain in OUTPUT FORWARD
do iptables -t mangle -A $chain -o outside ! -d 224.0.0.0/4 -m recent --name outside --rdest --set
done
iptables -A OUTPUT -o outside -j REJECT
mount --bind "$0/resolv.conf" "$(realpath /etc/resolv.conf)"
node "$0/names.mjs" "$0/names" &
exec dockerd --data-root "$0/images"`;

/** A name server that notes each name, and resolves none. */
const NAMES = `import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';
const server = createSocket('udp4', (query, { port, address }) => {
  const labels = [];
  let at = 12;
  for (; query[at]; at += query[at] + 1) labels.push(query.toString('utf8', at + 1, at + 1 + query[at]));
  appendFileSync(process.argv[2], labels.join('.') + '\\n');
  const question = query.subarray(12, at + 5);
  const head = Buffer.from([query[0], query[1], 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0]);
  server.send(Buffer.concat([head, question]), port, address);
}).bind(53, '${OWN_ADDRESS}');
`;

/** A machine that has no way out, and an engine without any image. */
export interface IsolatedMachine extends AsyncDisposable {
  /** The home folder of whoever uses it; empty at first. */
  home: string;
  /** Runs a program there, and never throws for its exit code. */
  run(words: string[], cwd: string): Promise<{ exitCode?: number; output: string }>;
  /** The names and addresses outside that anything in it, containers too, has asked for so far. */
  asked(): Promise<string[]>;
}

/** Why there can be none here; nothing where there can be. */
export async function whyNoIsolation(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'only root on Linux can take the network away from an engine';
  }
  for (const program of ['unshare', 'nsenter', 'ip', 'iptables', 'dockerd']) {
    const { failed } = await execa('which', [program], { reject: false });
    if (failed) return `there is no ${program} here`;
  }
  return undefined;
}

export async function isolatedMachine(): Promise<IsolatedMachine> {
  const folder = await mkdtemp(join(HOME, 'workshop-isolated-'));
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'resolv.conf'), `nameserver ${OWN_ADDRESS}\n`);
  await writeFile(join(folder, 'names.mjs'), NAMES);
  await writeFile(join(folder, 'names'), '');
  const words = [...ISOLATED, 'sh', '-c', ENGINE, folder];
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
  const asked = async () => {
    const names = (await readFile(join(folder, 'names'), 'utf8')).split('\n').filter(Boolean);
    const { output } = await run(['cat', ADDRESSES], '/');
    const addresses = [...output.matchAll(/^src=(\S+)/gm)].map(([, address = '']) => address);
    return [...new Set([...names, ...addresses])].sort();
  };
  return {
    ...{ home, run, asked },
    async [Symbol.asyncDispose]() {
      // The first process of the namespace: with it all others end, and its mounts are gone.
      process.kill(Number(await inside()), 'SIGKILL');
      await engine;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
