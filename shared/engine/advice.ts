import { linuxDistribution } from './debian-packages.ts';
import { MachineFault } from './faults.ts';
import type { EngineState } from './find-engine.ts';

/** What is missing, and the exact command that mends it on this operating system. */
export async function engineAdvice(
  kind: Exclude<EngineState['kind'], 'ready'>,
): Promise<MachineFault> {
  const platform = await platformName();
  return new MachineFault(PROBLEMS[kind], ADVICE[platform][kind]);
}

const PROBLEMS = {
  'no-client': 'There is no Docker on this machine. The workshop runs its servers in containers.',
  'no-engine': 'Docker is installed, but its engine is not running.',
  'no-permission': 'The Docker engine is running, but you are not allowed to use it.',
  'no-compose': 'Docker is there, but its compose plugin ("docker compose") is missing.',
} as const;

const DESKTOP_PERMISSION = 'Quit Docker Desktop and start it again as the user you work as';

const ADVICE = {
  macos: {
    'no-client': 'brew install --cask docker && open -a Docker',
    'no-engine': 'open -a Docker',
    'no-permission': DESKTOP_PERMISSION,
    'no-compose': 'brew install docker-compose, or install Docker Desktop',
  },
  windows: {
    'no-client': 'winget install Docker.DockerDesktop, then start Docker Desktop',
    'no-engine': 'Start Docker Desktop from the Start menu and wait until it says "running"',
    'no-permission': DESKTOP_PERMISSION,
    'no-compose': 'winget install Docker.DockerDesktop',
  },
  debian: {
    'no-client':
      'sudo npm run demo  (as root it installs Docker), or see https://docs.docker.com/engine/install/',
    'no-engine': 'sudo systemctl start docker',
    'no-permission': 'sudo usermod -aG docker "$USER", then log out and in again',
    'no-compose':
      'sudo apt-get install docker-compose-v2 (Ubuntu), docker-compose (Debian 13 and newer), or see https://docs.docker.com/compose/install/linux/',
  },
  linux: {
    'no-client':
      'Install Docker as https://docs.docker.com/engine/install/ says for your distribution',
    'no-engine': 'sudo systemctl start docker',
    'no-permission': 'sudo usermod -aG docker "$USER", then log out and in again',
    'no-compose': 'Install the plugin as https://docs.docker.com/compose/install/linux/ says',
  },
} as const;

async function platformName(): Promise<keyof typeof ADVICE> {
  if (process.platform === 'darwin') return 'macos';
  if (process.platform === 'win32') return 'windows';
  return ['debian', 'ubuntu'].includes(await linuxDistribution()) ? 'debian' : 'linux';
}
