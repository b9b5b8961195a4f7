import { posix } from 'node:path';
import { readSettings, type StepUnderTest } from '../../files/index.ts';
import { writing } from '../promtool.ts';

type Server = Parameters<typeof readSettings>[1];

/**
 * Runs its tools as root, because only root may write the step's files to where the compose file mounts them. They live
 * for a second and have memory enough: Go's garbage collector takes up to a quarter of their time unless it is told to wait.
 */
const RUN = [
  ...['run', '--rm', '--interactive', '--network', 'none', '--user', '0'],
  ...['--env', 'GOGC=400'],
];

/**
 * Runs shell lines in a container of a server's image that holds the step's files about this server, and ends with them.
 * The step's own containers need not run.
 *
 * @param more files beside those of the step; undefined for one of the step's that the lines do not need: answers of the
 *   proof that differ in nothing else then ask once
 * @returns everything they print, also when one fails
 * @throws MachineFault when the engine, or the image, is in the way
 */
export async function toolShell(
  step: StepUnderTest,
  server: Server,
  script: string,
  more: Record<string, string | undefined> = {},
): Promise<string> {
  // Loaded only now, because a static verdict must not wait for it.
  const { docker, ensureEngine } = await import('../../../engine/index.ts');
  const { ensureImages, imageFault } = await import('../../../images/index.ts');
  const name = imageOf(step, server);
  await ensureEngine();
  const [image] = await ensureImages([name]);
  if (image?.unavailable) throw imageFault(image);
  const wanted = Object.entries({ ...filesOf(step, server), ...more });
  const files = Object.fromEntries(
    wanted.filter((it): it is [string, string] => it[1] !== undefined),
  );
  const input = `exec 2>&1\n${writing(files)}\n${script}\nexit 0\n`;
  // Many answers of the proof ask the same.
  return step.shared(`${name}\n${input}`, () =>
    docker([...RUN, '--entrypoint', 'sh', name, '-s'], { input }),
  );
}

export const imageOf = (step: StepUnderTest, server: Server): string =>
  step.compose().service(server).image;

/** The YAML files and templates beside a server's settings, by their paths in its container. */
function filesOf(step: StepUnderTest, server: Server): Record<string, string> {
  const { containerPath, file } = readSettings(step, server);
  const folder = posix.dirname(file.path);
  const paths = step.files.all(folder).filter((path) => /\.(ya?ml|tmpl)$/.test(path));
  return Object.fromEntries(
    paths.map((path) => [
      posix.join(posix.dirname(containerPath), posix.relative(folder, path)),
      step.files.text(path),
    ]),
  );
}
