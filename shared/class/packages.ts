import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { firstBuilds } from '../images/needed/index.ts';

/** What somebody in a class may sit at. Packages for other systems are left out. */
const SYSTEMS = ['linux', 'darwin', 'win32'];
const PROCESSORS = ['x64', 'arm64'];

/** So many packages are named at once: a command line of Windows is short, and npm is faster with many. */
const AT_ONCE = process.platform === 'win32' ? 100 : 300;

interface Locked {
  name?: string;
  version: string;
  os?: string[];
  cpu?: string[];
}

/** The packages of the workshop's own commands, on all of these systems: "express@5.3.0". */
export const hostPackages = (root: string): Promise<string[]> => readLock(root);

/** Those that are built into images. */
export const imagePackages = async (root: string): Promise<string[]> =>
  (await Promise.all(firstBuilds(root).map(({ context }) => readLock(context)))).flat();

async function readLock(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'package-lock.json'), 'utf8');
  const packages: [string, Locked][] = Object.entries(JSON.parse(text).packages);
  return packages
    .filter(([path, { os, cpu }]) => path && fits(os, SYSTEMS) && fits(cpu, PROCESSORS))
    .map(([path, { name, version }]) => `${name ?? path.split('node_modules/').at(-1)}@${version}`);
}

const fits = (wanted: string[] | undefined, ours: string[]): boolean =>
  !wanted || wanted.some((name) => ours.includes(name));

/** Puts packages into a cache of npm's that has nothing else. @param detail hears how many are there */
export async function fillCache(
  packages: string[],
  cache: string,
  detail: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const all = [...new Set(packages)];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    detail(`${at} / ${all.length}`);
    const args = ['cache', 'add', ...all.slice(at, at + AT_ONCE), '--cache', cache];
    await execa('npm', args, { cancelSignal: signal });
  }
  await rm(join(cache, '_logs'), { recursive: true, force: true });
}

/** Where npm gets packages here, without anybody's password. */
export async function registry(): Promise<string> {
  const { stdout } = await execa('npm', ['config', 'get', 'registry']);
  return withoutLogin(stdout.trim());
}

/** An address that may be handed on. */
export const withoutLogin = (address: string): string =>
  address.replace(/^(https?:\/\/)[^/@]*@/, '$1');
