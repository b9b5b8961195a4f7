import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { FOLDER, tryNamespaces } from './machines.ts';

const GIB = 1_024 ** 3;
/** Three engines, and the system. Measured: about 1.2 GiB of memory, 4 GiB on the disk. */
const MEMORY = 2.5;
const DISK = 6;

const PROGRAMS = ['dockerd', 'ip', 'iptables', 'nsenter', 'setpriv', 'unshare'];

/** What a machine must have to be three; injected where it is tested. */
export interface Here {
  platform: string;
  uid: number | undefined;
  memory: number;
  disk: number;
}

/** Why this machine cannot be three, in the words after "because"; undefined where it can. */
export async function whyNotHere(here?: Here): Promise<string | undefined> {
  const { platform, uid, memory, disk } = here ?? (await look());
  if (platform !== 'linux') return `namespaces are a thing of Linux, and this is ${platform}`;
  if (uid !== 0) return 'only root may make network namespaces: run it as root';
  for (const program of PROGRAMS) {
    const found = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (found.exitCode !== 0) return `the program ${program} is not installed`;
  }
  const free = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;
  if (memory < MEMORY * GIB) return `it takes ${MEMORY} GiB of memory, and ${free(memory)} is free`;
  if (disk < DISK * GIB) return `it takes ${DISK} GiB in /var/tmp, and ${free(disk)} is free`;
  return tryNamespaces().then(
    () => undefined,
    (error) =>
      `this kernel refuses what it takes: ${error instanceof ExecaError ? error.stderr : error}`,
  );
}

async function look(): Promise<Here> {
  const { bavail, bsize } = await statfs(dirname(FOLDER)).catch(() => ({ bavail: 0, bsize: 0 }));
  const { platform, getuid } = process;
  return { platform, uid: getuid?.(), memory: freemem(), disk: bavail * bsize };
}

const OWNER = join(FOLDER, 'owner');

/** Two at once would take each other's network away. @returns the process that is already at work here */
export function otherOwner(): string | undefined {
  if (!existsSync(OWNER)) return undefined;
  const pid = readFileSync(OWNER, 'utf8');
  const command = join('/proc', pid, 'cmdline');
  return existsSync(command) && readFileSync(command, 'utf8').includes('swarm') ? pid : undefined;
}

/** From now on this process is the one. */
export function becomeOwner(): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(OWNER, `${process.pid}`);
}
