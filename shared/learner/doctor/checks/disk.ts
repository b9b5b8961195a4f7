import { statfs } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { SUBJECTS } from '../catalogue.ts';
import { ok } from '../finding.ts';
import { type Check, readInfo } from '../machine.ts';
import { gigabytes } from '../versions.ts';

/** The images, what is built on them, and room for what the servers write. */
const COMFORTABLE = 4e9;
/** With less even a stack whose images are all there soon stops. */
const NEEDED = 1e9;

/**
 * The room on the engine's disk. It can be seen from here only where the engine runs on this very machine. The disk of
 * a virtual machine is a file that grows in this user's home, so it has at most the room that is left there.
 */
export const disk: Check = async (machine) => {
  const texts = SUBJECTS['engine.disk'];
  const info = await readInfo(machine);
  if (!info) return texts.noEngine();
  const isHere = process.platform === 'linux' && info.Name === hostname();
  const isVirtual = process.platform !== 'linux' || info.OperatingSystem === 'Docker Desktop';
  if (!isHere && !isVirtual) return texts.elsewhere();

  const folder = isVirtual ? homedir() : info.DockerRootDir;
  const bytes = await freeBytes(folder);
  if (bytes === undefined) return texts.unreadable({ folder });
  const free = gigabytes(bytes);
  if (bytes < NEEDED) return texts.full({ free, folder });
  if (bytes < COMFORTABLE) return texts.nearlyFull({ free, folder });
  return isVirtual ? texts.virtual({ free, folder }) : ok(`${free} free at ${folder}`);
};

/** What is left for this user; undefined when it cannot be asked. */
const freeBytes = (folder: string): Promise<number | undefined> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
