import { statfs } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { OLDEST_ENGINE } from '../../../engine/index.ts';
import { SUBJECTS } from '../catalogue.ts';
import { finishedMemory } from '../compose-files.ts';
import { ok } from '../finding.ts';
import { type Check, LIMIT_MS, readInfo } from '../machine.ts';
import { gigabytes, isAtLeast } from '../versions.ts';

/** The oldest that knows `!override`, with which tests move ports; `include` came before it. */
const OLDEST_COMPOSE = '2.24.4';
const MAX_SKEW_S = 2;

/** The images, what is built on them, and room for what the servers write. */
const COMFORTABLE = 4e9;
/** With less even a stack whose images are all there soon stops. */
const NEEDED = 1e9;

export const engine: Check = async (machine) => {
  const texts = SUBJECTS['engine.running'];
  const found = await machine.engine;
  switch (found.kind) {
    case 'ready': {
      const { ServerVersion: version, OperatingSystem } = found.info;
      if (isAtLeast(version, OLDEST_ENGINE)) return ok(`${version} on ${OperatingSystem}`);
      return texts.tooOld({ version, wanted: OLDEST_ENGINE });
    }
    case 'no-answer':
      return texts.noAnswer({ seconds: LIMIT_MS / 1_000 });
    case 'strange':
      return texts.strange({ message: found.message });
    default:
      return texts[found.kind]();
  }
};

export const compose: Check = async ({ ask, engine }) => {
  const texts = SUBJECTS['engine.compose'];
  const { outcome, stdout: version } = await ask('docker', 'compose', 'version', '--short');
  if (outcome === 'missing') return texts.noClient();
  if (outcome === 'late')
    return (await engine).kind === 'no-answer' ? texts.noEngine() : texts.late();
  if (outcome === 'failed') return texts.missing();
  if (isAtLeast(version, OLDEST_COMPOSE)) return ok(version);
  return texts.tooOld({ version, wanted: OLDEST_COMPOSE });
};

export const memory: Check = async (machine) => {
  const texts = SUBJECTS['engine.memory'];
  const info = await readInfo(machine);
  if (!info) return texts.noEngine();
  const wanted = finishedMemory(machine.root);
  const [memory, cpus] = [gigabytes(info.MemTotal), info.NCPU];
  if (info.MemTotal >= wanted) return ok(`${memory}, ${cpus} CPUs`);
  return texts.tooLittle({ memory, cpus, wanted: gigabytes(wanted) });
};

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

/** Alerts and graphs go by the time; an engine's virtual machine may fall behind while a laptop sleeps. */
export const clock: Check = async (machine) => {
  const texts = SUBJECTS['engine.clock'];
  const found = await machine.engine;
  if (found.kind !== 'ready') return texts.noEngine();
  const time = Date.parse(found.info.SystemTime);
  if (Number.isNaN(time)) return texts.noTime();
  // It was read at some moment between the question and the answer, so only what lies outside is a difference.
  const skew = (time - Math.min(Math.max(time, found.asked), found.answered)) / 1_000;
  const seconds = Math.abs(skew).toFixed(1);
  if (skew === 0) return ok("agrees with this machine's");
  const off = skew < 0 ? texts.behind({ seconds }) : texts.ahead({ seconds });
  return Math.abs(skew) <= MAX_SKEW_S ? ok(off.seen) : off;
};
