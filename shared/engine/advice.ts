import { linuxDistribution } from './debian-packages.ts';
import { MachineFault } from './faults.ts';
import type { EngineState } from './find-engine.ts';

/** What is missing, and the exact command that mends it on this operating system. */
export async function engineAdvice(
  kind: Exclude<EngineState['kind'], 'ready'>,
): Promise<MachineFault> {
  return new MachineFault(kind, ENGINE_PROBLEMS[kind], await adviceFor(kind));
}

export const ENGINE_PROBLEMS = {
  'no-client': 'There is no Docker on this machine. The workshop runs its servers in containers.',
  'no-engine': 'Docker is installed, but its engine is not running.',
  'no-permission': 'The Docker engine is running, but you are not allowed to use it.',
  'no-compose': 'Docker is there, but its compose plugin ("docker compose") is missing.',
} as const;

/** The exact command, or the action, that mends it on this operating system. */
export async function adviceFor(kind: keyof (typeof ADVICE)['linux']): Promise<string> {
  return ADVICE[await platformName()][kind];
}

const DESKTOP = {
  'no-permission': 'Quit Docker Desktop and start it again as the user you work as',
  'little-memory': 'Docker Desktop → Settings → Resources → Memory: 4 GB, then Apply & restart',
  'little-disk': 'docker system prune, or Docker Desktop → Settings → Resources → Disk usage limit',
  'engine-proxy': 'Docker Desktop → Settings → Resources → Proxies',
} as const;

const POSIX = {
  'no-proxy':
    'export NO_PROXY="127.0.0.1,localhost,$NO_PROXY"; export no_proxy="$NO_PROXY"  (best in your shell\'s profile)',
  'read-only': 'sudo chown -R "$(id -un)" . && chmod -R u+w .',
} as const;

const LINUX = {
  ...POSIX,
  'no-client':
    'Install Docker as https://docs.docker.com/engine/install/ says for your distribution',
  'no-engine': 'sudo systemctl start docker',
  'no-answer': 'sudo systemctl restart docker',
  'no-permission': 'sudo usermod -aG docker "$USER", then log out and in again',
  'no-compose': 'Install the plugin as https://docs.docker.com/compose/install/linux/ says',
  'old-compose': 'Update the plugin as https://docs.docker.com/compose/install/linux/ says',
  'old-node': 'nvm install 24, or see https://nodejs.org/en/download',
  'little-memory': 'Stop other programs, or use a machine with more memory',
  'little-disk': 'docker system prune',
  'clock-skew': 'sudo timedatectl set-ntp true, on the machine that runs the engine as well',
  'engine-proxy': 'Set it as https://docs.docker.com/engine/daemon/proxy/ says',
} as const;

const RESTART_ON_MAC = `osascript -e 'quit app "Docker Desktop"'; open -a Docker`;
const RESTART_ON_WINDOWS = 'wsl --shutdown, then start Docker Desktop again';

/** Operating system → what is missing → the command or action that mends it. */
export const ADVICE = {
  linux: LINUX,
  debian: {
    ...LINUX,
    'no-client':
      'sudo npm run demo  (as root it installs Docker), or see https://docs.docker.com/engine/install/',
    'no-compose':
      'sudo apt-get install docker-compose-v2 (Ubuntu), docker-compose (Debian 13 and newer), or see https://docs.docker.com/compose/install/linux/',
  },
  macos: {
    ...DESKTOP,
    ...POSIX,
    'no-client': 'brew install --cask docker && open -a Docker',
    'no-engine': 'open -a Docker',
    'no-answer': RESTART_ON_MAC,
    'no-compose': 'brew install docker-compose, or install Docker Desktop',
    'old-compose': 'brew upgrade docker-compose, or update Docker Desktop',
    'old-node': 'brew install node@24 && brew link --overwrite node@24',
    'clock-skew': RESTART_ON_MAC,
  },
  windows: {
    ...DESKTOP,
    'no-client': 'winget install Docker.DockerDesktop, then start Docker Desktop',
    'no-engine': 'Start Docker Desktop from the Start menu and wait until it says "running"',
    'no-answer': RESTART_ON_WINDOWS,
    'no-compose': 'winget install Docker.DockerDesktop',
    'old-compose': 'winget upgrade Docker.DockerDesktop',
    'old-node': 'winget install OpenJS.NodeJS.LTS, then open a new terminal',
    'clock-skew': RESTART_ON_WINDOWS,
    'no-proxy':
      '$env:NO_PROXY="127.0.0.1,localhost,$env:NO_PROXY"  (setx keeps it for new terminals)',
    'read-only': 'attrib -R *.* /S /D',
  },
} as const;

async function platformName(): Promise<keyof typeof ADVICE> {
  if (process.platform === 'darwin') return 'macos';
  if (process.platform === 'win32') return 'windows';
  return ['debian', 'ubuntu'].includes(await linuxDistribution()) ? 'debian' : 'linux';
}
