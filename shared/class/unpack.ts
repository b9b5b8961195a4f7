import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { announce, docker, ensureEngine, MachineFault } from '../engine/index.ts';
import { localImages, ORIGIN_LABEL } from '../images/index.ts';
import { firstBuilds, fromsOf, titleOf } from '../images/needed/index.ts';
import { localized } from '../language.ts';
import { neededForClass } from '../learner/doctor/index.ts';
import { temporaryFolder } from '../temporary.ts';
import { buildAll, type Missing, report } from './prepare.ts';
import { ARCHIVES, computeSum, engineArch, type Manifest, readStick } from './stick.ts';

type Image = Manifest['images'][number];

/** Ends what an image says of itself when the packages are in it. */
const WITH_PACKAGES = 'with the npm packages of the lessons';
const CACHE = '/usr/local/share/npm-cache';
/** Which packages they are: the sum of their archive. */
const PACKAGES_LABEL = 'workshop.packages';

/**
 * Sets this machine up from a folder that `pack` has written, without any network: images, the packages that are built
 * into images, and the first builds. The workshop's own packages are here already, or this would not run.
 *
 * @returns the exit code: 2 when something is still missing
 * @throws MachineFault where the folder is not what was packed, or is for other processors
 */
export async function unpack(root: string, name: string, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const folder = resolve(name);
  const manifest = await announce(
    localized('Comparing every file with what was packed', '比對每個檔案和打包時是否相同'),
    () => readStick(folder),
  );
  await ensureEngine();
  const own = await engineArch();
  if (own !== manifest.arch)
    throw new MachineFault('other-processor', { packed: manifest.arch, own });

  const builds = firstBuilds(root);
  const isBuild = (image: Image) => builds.some(({ full }) => full === image.full);
  await loadImages(
    folder,
    manifest.images.filter((image) => !isBuild(image)),
    signal,
  );
  const bases = new Set(builds.flatMap(({ context }) => fromsOf(context)));
  for (const base of bases) await addPackages(base, folder, manifest, signal);
  // Here, because that shows that builds work, and fills the builder's cache. Only what fails comes from the folder.
  const failed = await buildAll(root, signal);
  const packed = manifest.images.filter((image) => failed.some(({ full }) => full === image.full));
  await loadImages(folder, packed, signal);
  const missing = [...(await stillMissing(root, failed)), ...failed];
  await report(root, missing, (performance.now() - start) / 1_000);
  return missing.length > 0 ? 2 : 0;
}

/** Loads those that are not here yet. */
async function loadImages(folder: string, images: Image[], signal: AbortSignal): Promise<void> {
  const local = await localImages(images.map(({ full }) => full));
  for (const { full, file } of images.filter((image) => !local.has(image.full)))
    await announce(titleOf({ full }), () =>
      docker(['load', '--quiet', '--input', join(folder, file)], { signal }),
    );
}

/**
 * Puts the packages into the image that the lessons' images start from, under its own name, so that `npm ci` in a build
 * finds them: without a network, by any builder, also after its cache was cleared. With a network, npm gets what is not
 * among them as always.
 */
async function addPackages(
  base: string,
  folder: string,
  { registry }: Manifest,
  signal: AbortSignal,
): Promise<void> {
  const origin = (await localImages([base])).get(base)?.origin.replace(`, ${WITH_PACKAGES}`, '');
  if (!origin) return;
  const packages = await computeSum(join(folder, ARCHIVES.imagePackages));
  const label = `{{index .Config.Labels "${PACKAGES_LABEL}"}}`;
  if ((await docker(['image', 'inspect', '--format', label, base])).trim() === packages) return;
  const title = localized(
    `${titleOf({ full: base })}, ${WITH_PACKAGES}`,
    `${titleOf({ full: base })}，加入課程用的 npm 套件`,
  );
  const settings = `prefer-offline=true audit=false fund=false update-notifier=false cache=${CACHE} registry=${registry}`;
  const dockerfile = [
    `FROM ${base}`,
    `COPY . ${CACHE}/`,
    `RUN npm config set --location=global ${settings}`,
    `LABEL ${ORIGIN_LABEL}="${origin}, ${WITH_PACKAGES}" ${PACKAGES_LABEL}=${packages}`,
  ].join('\n');
  await announce(title, async () => {
    await using home = temporaryFolder('workshop-unpack');
    await execa('tar', ['-xf', ARCHIVES.imagePackages, '-C', home.path], { cwd: folder });
    const context = join(home.path, ARCHIVES.imagePackages.replace('.tar', ''));
    const args = ['build', '--quiet', '--tag', base, '--file', '-', context];
    await docker(args, { input: dockerfile, signal });
  });
}

async function stillMissing(root: string, failed: Missing[]): Promise<Missing[]> {
  const needed = neededForClass(root);
  const local = await localImages(needed.map(({ full }) => full));
  const reason = localized('it was not there when the folder was packed', '打包時就沒有這個映像檔');
  return needed
    .filter(({ full }) => !local.has(full) && failed.every((build) => build.full !== full))
    .map((one) => ({ ...one, reason }));
}
