import { createWriteStream } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';
import { announce, ensureEngine, MachineFault } from '../engine/index.ts';
import { localImages } from '../images/index.ts';
import { titleOf } from '../images/needed/index.ts';
import { localized } from '../language.ts';
import { neededForClass } from '../learner/doctor/index.ts';
import { fillCache, hostPackages, imagePackages, registry, withoutLogin } from './packages.ts';
import { page } from './page.ts';
import { buildAll, describeMissing, getImages, type Missing, megabytes } from './prepare.ts';
import { ARCHIVES, computeSize, computeSums, engineArch, type Manifest, SUMS } from './stick.ts';
import { isFull, makeFolder, orFull } from './target.ts';

/** The packages and the clone, as measured, in bytes. */
const BESIDES_IMAGES = 560e6;

/** An image is packed to a third of its size, or less. */
const PACKED = 0.4;

/**
 * Writes a folder for a stick, with which a machine without any network can be set up. It has its name only when it is
 * whole.
 *
 * @returns the exit code: 2 when an image is missing in it
 * @throws MachineFault where the folder, or the room on its disk, is in the way
 */
export async function pack(root: string, name: string, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const target = resolve(name);
  const part = `${target}.part`;
  const commit = await execa('git', ['rev-parse', 'HEAD'], { cwd: root, reject: false });
  if (commit.failed) throw new MachineFault('stick-needs-git');
  await makeFolder(target, part);
  // Where packages lie already there is room; for temporary files there is often little.
  const home = join(root, '.workshop', 'pack');
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  try {
    await ensureEngine();
    const missing = [...(await getImages(root, signal)), ...(await buildAll(root, signal))];
    const wanted = neededForClass(root);
    const local = await localImages(wanted.map(({ full }) => full));
    const bytes = [...local.values()].reduce((sum, { size }) => sum + size, 0);
    await orFull(part, bytes * PACKED + BESIDES_IMAGES, async () => {
      const images: Manifest['images'] = [];
      await mkdir(join(part, 'images'));
      for (const needed of wanted.filter(({ full }) => local.has(full))) {
        const image = { full: needed.full, file: fileOf(needed.full) };
        const reason = await saved(image, part, signal);
        if (reason === undefined) images.push(image);
        else missing.push({ ...needed, reason });
      }
      await packPackages(root, home, part, signal);
      await packClone(root, home, part);
      const manifest: Manifest = {
        arch: await engineArch(),
        commit: commit.stdout,
        node: JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).engines.node,
        registry: await registry(),
        images,
        missing: missing.map(({ full }) => full),
      };
      await writeFile(join(part, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
      await cp(join(import.meta.dirname, 'stick'), part, { recursive: true });
      await writeFile(join(part, 'index.html'), page(manifest, await computeSize(part)));
      await writeFile(join(part, SUMS), await computeSums(part));
    });
    await rename(part, target);
    console.log(await describe(target, missing, (performance.now() - start) / 1_000));
    return missing.length > 0 ? 2 : 0;
  } finally {
    await rm(home, { recursive: true, force: true });
    await rm(part, { recursive: true, force: true });
  }
}

const fileOf = (full: string): string => `images/${full.replace(/[^\w.-]+/g, '-')}.tar.gz`;

/** One that cannot be saved stops nothing. @returns why not; undefined when it is there @throws when the disk is full */
async function saved(
  { full, file }: Manifest['images'][number],
  part: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = join(part, file);
  try {
    await timed(titleOf({ full }), path, () => save(full, path, signal));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (isFull(error as Error)) throw error;
    await rm(path, { force: true });
    return (error as Error).message.split('\n')[0];
  }
}

async function save(full: string, file: string, signal: AbortSignal): Promise<void> {
  const saving = execa('docker', ['save', full], { buffer: false, cancelSignal: signal });
  // The weakest compression takes a tenth of the time of the usual one, and a tenth more room.
  const packing = pipeline(saving.stdout, createGzip({ level: 1 }), createWriteStream(file));
  const results = await Promise.allSettled([packing, saving]);
  const errors = results.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []));
  if (errors.length > 0) throw errors.find(isFull) ?? errors[0];
}

async function packPackages(root: string, home: string, part: string, signal: AbortSignal) {
  const caches: [string, string, string[]][] = [
    [localized('npm packages', 'npm 套件'), ARCHIVES.packages, await hostPackages(root)],
    [
      localized('npm packages of the images', '映像檔用的 npm 套件'),
      ARCHIVES.imagePackages,
      await imagePackages(root),
    ],
  ];
  for (const [title, archive, packages] of caches)
    await timed(title, join(part, archive), async (detail) => {
      const cache = archive.replace('.tar', '');
      await fillCache(packages, join(home, cache), detail, signal);
      await execa('tar', ['-cf', archive, '-C', home, cache], { cwd: part });
    });
}

/** A clone of its own, with what is committed here, and the address that this one came from. */
async function packClone(root: string, home: string, part: string): Promise<void> {
  const archive = join(part, ARCHIVES.clone);
  await timed(localized('the clone', '儲存庫的 clone'), archive, async () => {
    const clone = join(home, 'monitoring-workshop');
    await execa('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
    const origin = ['config', '--get', 'remote.origin.url'];
    const { stdout } = await execa('git', origin, { cwd: root, reject: false });
    const set = stdout ? ['set-url', 'origin', withoutLogin(stdout)] : ['remove', 'origin'];
    await execa('git', ['remote', ...set], { cwd: clone });
    // Git notes there who cloned, and from which folder.
    await rm(join(clone, '.git/logs'), { recursive: true, force: true });
    await execa('tar', ['-cf', ARCHIVES.clone, '-C', home, 'monitoring-workshop'], { cwd: part });
  });
}

/** Says what is being packed, and how large it became in how many seconds. */
async function timed(
  title: string,
  file: string,
  work: (detail: (message: string) => void) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  await announce(
    title,
    async (detail) => {
      await work(detail);
      return megabytes((await stat(file)).size);
    },
    (size) => ({
      text: `${title}: ${size}, ${((performance.now() - start) / 1_000).toFixed(0)} s`,
    }),
  );
}

async function describe(target: string, missing: Missing[], seconds: number): Promise<string> {
  const size = megabytes(await computeSize(target));
  return [
    localized(
      `Packed: ${target}, ${size}, in ${seconds.toFixed(0)} s`,
      `打包完成：${target}，${size}，用了 ${seconds.toFixed(0)} 秒`,
    ),
    ...missing.map(describeMissing),
    localized(
      `next: copy this folder to a stick, and open its index.html`,
      `next: 把這個資料夾複製到隨身碟，並打開裡面的 index.html`,
    ),
  ].join('\n');
}
