import { join } from 'node:path';
import { docker, ensureEngine } from '../engine/index.ts';
import { ensureImages, type Image } from '../images/index.ts';
import { readServices } from './compose-project.ts';
import { prepareReaper } from './start-stack.ts';

/** Where the summary finds what this found: the images, as JSON. */
export const IMAGES_VARIABLE = 'WORKSHOP_TEST_IMAGES';

/**
 * Once before all tests with containers: an engine, and every image of the finished stack. Once after them: the images
 * are removed that the steps' own tests have built, because Testcontainers leaves those.
 */
export default async function prepare(): Promise<() => Promise<void>> {
  process.env[IMAGES_VARIABLE] = JSON.stringify(await finishedImages());
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

/** Starts the engine where it does not run, and gets every image of the finished stack that is available. */
export async function finishedImages(): Promise<Image[]> {
  await ensureEngine();
  const directory = join(import.meta.dirname, '..', '..');
  const services = await readServices({ directory, name: 'workshop-images' });
  return ensureImages([...services.values()].flatMap((service) => service.images));
}
