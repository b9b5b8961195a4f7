import { engineAdvice } from './advice.ts';
import { MachineFault } from './faults.ts';
import { findEngine } from './find-engine.ts';
import { installAndStart, mayInstall } from './install-engine.ts';
import { announce } from './progress.ts';

export { ADVICE, adviceFor, ENGINE_PROBLEMS } from './advice.ts';
export { type Answer, ask } from './ask.ts';
export { downloadFromTesting, linuxDistribution } from './debian-packages.ts';
export {
  type DockerOptions,
  docker,
  explainDockerError,
  PORT_VARIABLES,
  runOnPort,
} from './docker.ts';
export { describeNext, Fault, MachineFault, WrongResult } from './faults.ts';
export { whyRefused } from './find-engine.ts';
export { apt, mayInstall } from './install-engine.ts';
export { anchorOf, moreAbout } from './more.ts';
export { announce } from './progress.ts';

/** A Docker engine that answers, with its versions. */
export interface Engine {
  version: string;
  composeVersion: string;
}

/**
 * Finds a Docker engine; as root on Debian or Ubuntu also installs and starts one.
 *
 * @throws MachineFault with the exact command for this operating system where there is none
 */
export async function ensureEngine(): Promise<Engine> {
  let state = await findEngine();
  if (state.kind !== 'ready' && state.kind !== 'no-permission' && (await mayInstall())) {
    state = await announce(
      'Docker engine: none is running, so one is installed and started (WORKSHOP_NO_INSTALL=1 turns this off)',
      (detail) => installAndStart(detail).catch(explainInstallation),
      () => ({ text: 'Docker engine installed and started' }),
    );
  }
  if (state.kind !== 'ready') throw await engineAdvice(state.kind);
  return state;
}

function explainInstallation(error: unknown): never {
  if (error instanceof MachineFault) throw error;
  throw new MachineFault(
    'installation-failed',
    `Docker could not be installed: ${(error as { shortMessage?: string }).shortMessage ?? error}`,
    'Install it by hand: https://docs.docker.com/engine/install/',
  );
}
