import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expectThat, foldersAbove, type StepUnderTest } from '../../verify/files/index.ts';

/** The user and the group of Grafana's image. */
const IMAGE_USER = '472:0';

/**
 * What keeps Grafana from reading a file of the step: the file itself, or a folder between the mount and it. With
 * cap_drop root has no privilege either. macOS and Windows show files to containers as their own: nothing is refused.
 */
function refusedTo(step: StepUnderTest, path: string) {
  const grafana = step.compose().service('grafana');
  const user = String(grafana.get('user') ?? IMAGE_USER);
  const [uid, gid = 0] = user.split(':').map(Number);
  if (process.platform !== 'linux' || !step.files.exists(path) || Number.isNaN(uid))
    return undefined;
  const sources = grafana.mounts.map(({ source }) => posix.normalize(source));
  const above = foldersAbove(path).filter((folder) =>
    sources.some((source) => folder === source || folder.startsWith(`${source}/`)),
  );
  for (const part of [...above, path]) {
    const found = statSync(join(step.files.directory, part));
    const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
    const wanted = found.isDirectory() ? 0o1 : 0o4;
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    if (!((found.mode >> shift) & wanted)) return { path: part, mode, user: `${uid}` };
  }
  return undefined;
}

/** @throws CheckFailure at what Grafana's user may not read */
export function expectReadable(step: StepUnderTest, path: string, without: string): void {
  const refused = refusedTo(step, path);
  expectThat(!refused, {
    expected: `${path} to be readable for Grafana, which runs as user ${refused?.user}`,
    actual: `the mode of ${refused?.path} is ${refused?.mode}${without}`,
    where: refused?.path ?? path,
    hint: `A mount keeps the owner and the mode of a file. Let others read it: chmod o+rX ${refused?.path}`,
  });
}
