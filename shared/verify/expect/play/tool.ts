import { posix } from 'node:path';
import { readSettings, type StepUnderTest } from '../../files/index.ts';
import { writing } from '../promtool.ts';

/** Files for a container, by their paths in it. */
export type ContainerFiles = Record<string, string>;

/** Runs its tools as root, because only root may write the step's files to where the compose file mounts them. */
const RUN = ['run', '--rm', '--interactive', '--network', 'none', '--user', '0'];

/**
 * Runs shell lines in a container of Prometheus's image that holds the step's files about Prometheus, and ends with them.
 * The step's own containers need not run.
 *
 * @param more files beside those of the step
 * @returns everything they print, also when one fails
 * @throws MachineFault when the engine, or the image, is in the way
 */
export async function promtoolShell(
  step: StepUnderTest,
  script: string,
  more: ContainerFiles = {},
): Promise<string> {
  // Loaded only now, because a static verdict must not wait for it.
  const { docker, ensureEngine } = await import('../../../engine/index.ts');
  const { ensureImages, imageFault } = await import('../../../images/index.ts');
  const name = imageOf(step);
  await ensureEngine();
  const [image] = await ensureImages([name]);
  if (image?.unavailable) throw imageFault(image);
  const input = `exec 2>&1\n${writing({ ...filesOf(step), ...more })}\n${script}\nexit 0\n`;
  // Many answers of the proof ask the same.
  return step.shared(`${name}\n${input}`, () =>
    docker([...RUN, '--entrypoint', 'sh', name, '-s'], { input }),
  );
}

/** The image of the step's Prometheus. */
export const imageOf = (step: StepUnderTest): string =>
  String(step.compose().service('prometheus').get('image'));

/** The YAML files beside Prometheus's settings, where the container of Prometheus sees them. */
function filesOf(step: StepUnderTest): ContainerFiles {
  const { containerPath, file } = readSettings(step, 'prometheus');
  const folder = posix.dirname(file.path);
  const paths = step.files.all(folder).filter((path) => /\.ya?ml$/.test(path));
  return Object.fromEntries(
    paths.map((path) => [
      posix.join(posix.dirname(containerPath), posix.relative(folder, path)),
      step.files.text(path),
    ]),
  );
}
