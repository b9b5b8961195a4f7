import { docker, ensureEngine } from '../engine/index.ts';
import { ensureImages, type Image } from '../images/index.ts';
import { neededImages } from '../images/needed/index.ts';
import { ROOT } from '../root.ts';
import { prepareReaper } from './start-stack.ts';

/** Where the summary finds what this found: the images, as JSON. */
export const IMAGES_VARIABLE = 'WORKSHOP_TEST_IMAGES';

/**
 * Once before all tests with containers: an engine, and every image of every step. Once after them: the images are
 * removed that the steps' own tests have built, because Testcontainers leaves those.
 */
export default async function prepare(): Promise<() => Promise<void>> {
  process.env[IMAGES_VARIABLE] = JSON.stringify(await everyImage());
  await prepareReaper();
  const before = await builtByStepTests();
  return async () => {
    const left = (await builtByStepTests()).filter((name) => !before.includes(name));
    // What tests beside these still use, the engine does not remove.
    if (left.length > 0) await docker(['rmi', ...left]).catch(() => {});
  };
}

async function builtByStepTests(): Promise<string[]> {
  const format = ['--format', '{{.Repository}}:{{.Tag}}'];
  const names = await docker(['images', '--filter', 'reference=testcontainers-*', ...format]);
  return names.split('\n').filter((name) => name !== '');
}

/** Starts the engine where it does not run, and gets every image of every step that is available. */
export async function everyImage(): Promise<Image[]> {
  await ensureEngine();
  return ensureImages(neededImages(ROOT).map(({ full }) => full));
}
