import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { localized } from '../language.ts';
import { ENGINE_LOG } from './catalogue.ts';
import { downloadFromTesting, linuxDistribution } from './debian-packages.ts';
import { MachineFault } from './faults.ts';
import { type EngineState, findEngine } from './find-engine.ts';

const START_LIMIT_MS = 60_000;

/** True where this process may install packages and start services: root on Debian or Ubuntu. */
export function mayInstall(): boolean {
  if (process.env.WORKSHOP_NO_INSTALL === '1' || process.getuid?.() !== 0) return false;
  return ['debian', 'ubuntu'].includes(linuxDistribution());
}

/** Installs what is missing, starts the engine and waits until it answers. */
export async function installAndStart(detail: (message: string) => void): Promise<EngineState> {
  let state = await findEngine();
  if (
    state.kind !== 'no-compose' &&
    !existsSync('/usr/sbin/dockerd') &&
    !existsSync('/usr/bin/dockerd')
  ) {
    detail(localized('installing docker.io', '安裝 docker.io'));
    await installDocker();
    state = await findEngine();
  }
  if (state.kind === 'no-engine') {
    detail(localized('starting dockerd', '啟動 dockerd'));
    await startDaemon();
    state = await findEngine();
  }
  if (state.kind === 'no-compose') {
    detail(localized('installing docker compose', '安裝 docker compose'));
    await installCompose();
    state = await findEngine();
  }
  return state;
}

/** Runs apt-get and asks nothing. @throws ExecaError with what it printed */
export function apt(...args: string[]) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return execa('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=60', ...args], { env });
}

/** Ubuntu and newer Debian carry a recent engine; Debian 12's is of 2020, so testing's is used where it fits. */
async function installDocker(): Promise<void> {
  await apt('update');
  const names = ['docker.io', 'docker-cli', 'tini-static'];
  const isRecent = (await candidateMajor('docker.io')) >= 25;
  const packages = isRecent ? ['docker.io'] : await downloadFromTesting(names).catch(() => names);
  const install = ['install', '--no-install-recommends', 'iptables', 'ca-certificates'];
  // apt-get changes nothing where a package needs what this machine does not have.
  await apt(...install, ...packages).catch(() => apt(...install, 'docker.io'));
}

/** Ubuntu and newer Debian carry Compose 2; Debian 12 has only the old 1.29, so testing's packages are used. */
async function installCompose(): Promise<void> {
  for (const name of ['docker-compose-v2', 'docker-compose'])
    if ((await candidateMajor(name)) >= 2)
      return void (await apt('install', name, 'docker-buildx'));
  await execa('dpkg', ['-i', ...(await downloadFromTesting(['docker-compose', 'docker-buildx']))]);
}

/** The first number of the version that apt would install; 0 where it knows no such package. */
async function candidateMajor(name: string): Promise<number> {
  const { stdout } = await execa('apt-cache', ['policy', name], { reject: false });
  return Number(stdout.match(/Candidate: (?:\d+:)?(\d+)\./)?.[1] ?? 0);
}

/** The engine is a service of the machine: it stays when this command ends, like one started at boot. */
async function startDaemon(): Promise<void> {
  if (existsSync('/run/systemd/system')) {
    await execa('systemctl', ['start', 'docker']);
  } else {
    const log = openSync(ENGINE_LOG, 'a');
    spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
  }
  const limit = Date.now() + START_LIMIT_MS;
  while ((await findEngine()).kind === 'no-engine') {
    if (Date.now() > limit) throw await engineDidNotStart();
    await pause(250);
  }
}

async function engineDidNotStart(): Promise<MachineFault> {
  const { stdout } = await execa('tail', ['-n', '3', ENGINE_LOG], { reject: false });
  const seconds = START_LIMIT_MS / 1_000;
  return new MachineFault('engine-did-not-start', { seconds, log: stdout });
}
