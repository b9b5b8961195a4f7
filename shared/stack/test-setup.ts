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
  process.env[IMAGES_VARIABLE] = JSON.stringify(await everyImage(namedSteps()));
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

/** Starts the engine where it does not run, and gets every image that is available: of every step, or of those named. */
export async function everyImage(steps: number[] = []): Promise<Image[]> {
  await ensureEngine();
  const needed = neededImages(ROOT).filter(
    (image) => steps.length === 0 || image.steps.some((step) => steps.includes(step)),
  );
  return ensureImages(needed.map(({ full }) => full));
}

/** The numbers of the steps whose tests were asked for: `--project steps 01-app`. */
const namedSteps = (): number[] =>
  process.argv
    .slice(2)
    .flatMap((word) => word.match(/^(?:(?:steps|solutions)[\\/])?(\d+)-[a-z]/)?.[1] ?? [])
    .map(Number);
