import { statfs } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { adviceFor } from '../../../engine/index.ts';
import { about } from '../finding.ts';
import { type Check, infoOf, NO_ENGINE } from '../machine.ts';
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
  const { ok, problem, warning, unknown } = about('engine.disk', 'Disk for containers');
  const info = await infoOf(machine);
  if (!info) return [unknown(NO_ENGINE)];
  const isHere = process.platform === 'linux' && info.Name === hostname();
  const isVirtual = process.platform !== 'linux' || info.OperatingSystem === 'Docker Desktop';
  if (!isHere && !isVirtual) return [unknown('the engine runs on another machine')];

  const folder = isVirtual ? homedir() : info.DockerRootDir;
  const free = await freeBytes(folder);
  if (free === undefined) return [unknown(`nothing can be learnt about ${folder}`)];
  const seen = `${gigabytes(free)} free at ${folder}`;
  if (free < NEEDED) return [problem(seen, await adviceFor('little-disk'))];
  if (free < COMFORTABLE) return [warning(seen, await adviceFor('little-disk'))];
  if (!isVirtual) return [ok(seen)];
  return [
    unknown(
      `${seen}, where the disk of Docker's virtual machine grows; its own limit is not seen from here`,
    ),
  ];
};

/** What is left for this user; undefined when it cannot be asked. */
const freeBytes = (folder: string): Promise<number | undefined> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
