import { localized } from '../language.ts';
import { MachineFault } from './faults.ts';
import { findEngine } from './find-engine.ts';
import { announce } from './progress.ts';

export { FAULTS } from './catalogue.ts';
export { downloadFromTesting, linuxDistribution } from './debian-packages.ts';
export {
  type DockerOptions,
  docker,
  explainDockerError,
  type PublishedPort,
  publishedPorts,
  runOnPort,
} from './docker.ts';
export {
  describeNext,
  diskFault,
  Fault,
  MachineFault,
  moreAbout,
  orDiskFault,
  WrongResult,
} from './faults.ts';
export { whyRefused } from './find-engine.ts';
export { announce } from './progress.ts';
export {
  type Details,
  ENGINE_TOO_OLD,
  OLDEST_ENGINE,
  onDesktop,
  type Remedy,
  remedyHere,
  SKIPS,
} from './texts.ts';

/** A Docker engine that answers, with its versions. */
export interface Engine {
  version: string;
  composeVersion: string;
}

/** The engine that this process has found: asking again would start three programs. */
let found: Promise<Engine> | undefined;

/**
 * Finds a Docker engine; as root on Debian or Ubuntu also installs and starts one.
 *
 * @throws MachineFault with the exact command for this operating system where there is none
 */
export async function ensureEngine(): Promise<Engine> {
  found ??= findOrStart().catch((error) => {
    // One that is not there now may be there when somebody asks again.
    found = undefined;
    throw error;
  });
  return found;
}

async function findOrStart(): Promise<Engine> {
  let state = await findEngine();
  const cannot = ['no-client', 'no-engine', 'no-compose'];
  if (cannot.includes(state.kind)) {
    const { installAndStart, mayInstall } = await import('./install-engine.ts');
    if (mayInstall()) {
      state = await announce(
        localized(
          'Docker engine: none is running, so one is installed and started (WORKSHOP_NO_INSTALL=1 turns this off)',
          'Docker 引擎：沒有在執行，所以安裝並啟動一個（WORKSHOP_NO_INSTALL=1 可以關掉這個行為）',
        ),
        (detail) => installAndStart(detail).catch(explainInstallation),
        () => ({
          text: localized('Docker engine installed and started', 'Docker 引擎已安裝並啟動'),
        }),
      );
    }
  }
  if (state.kind !== 'ready') throw new MachineFault(state.kind);
  return state;
}

function explainInstallation(error: unknown): never {
  if (error instanceof MachineFault) throw error;
  const reason = (error as { shortMessage?: string }).shortMessage ?? `${error}`;
  throw new MachineFault('installation-failed', { reason });
}
