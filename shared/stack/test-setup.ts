import { join } from 'node:path';
import { ensureEngine } from '../engine/index.ts';
import { ensureImages, type Image } from '../images/index.ts';
import { readServices } from './compose-project.ts';
import { prepareReaper } from './start-stack.ts';

/** Where the summary finds what this found: the images, as JSON. */
export const IMAGES_VARIABLE = 'WORKSHOP_TEST_IMAGES';

/** Once before all tests with containers: an engine, and every image of the finished stack. */
export default async function prepare(): Promise<void> {
  process.env[IMAGES_VARIABLE] = JSON.stringify(await finishedImages());
  await prepareReaper();
}

/** Starts the engine where it does not run, and gets every image of the finished stack that is available. */
export async function finishedImages(): Promise<Image[]> {
  await ensureEngine();
  const directory = join(import.meta.dirname, '..', '..');
  const services = await readServices({ directory, name: 'workshop-images' });
  return ensureImages([...services.values()].flatMap((service) => service.images));
}
