import { CLASS_FAULTS, type Details, ENGINE_FAULTS, type FaultText, onDesktop } from './texts.ts';

/** Where an engine that this repository has started writes. */
export const ENGINE_LOG = '/var/log/dockerd.log';
const LIST_SNAPSHOTS = 'npm run undo -- --list';
const PICTURES_AGAIN = 'npm run demo, then npm run dashboards:pictures';

/** Every fault of the machine that ends a command, by its stable id, in the order of its sections in Troubleshooting. */
export const FAULTS = {
  'no-client': () => ({
    message: 'There is no Docker on this machine. The workshop runs its servers in containers.',
    next: {
      linux: 'Install Docker as https://docs.docker.com/engine/install/ says for your distribution',
      debian:
        'sudo npm run demo  (as root it installs Docker), or see https://docs.docker.com/engine/install/',
      macos: 'brew install --cask docker && open -a Docker',
      windows: 'winget install Docker.DockerDesktop, then start Docker Desktop',
    },
  }),
  'no-compose': () => ({
    message: 'Docker is installed, but its compose plugin ("docker compose") is missing.',
    next: {
      linux: 'Install the plugin as https://docs.docker.com/compose/install/linux/ says',
      debian:
        'sudo apt-get install docker-compose-v2 (Ubuntu), docker-compose (Debian 13 and newer), or see https://docs.docker.com/compose/install/linux/',
      macos: 'brew install docker-compose, or install Docker Desktop',
      windows: 'winget install Docker.DockerDesktop',
    },
  }),
  'no-engine': () => ({
    message: 'Docker is installed, but its engine is not running.',
    next: {
      linux: 'sudo systemctl start docker',
      macos: 'open -a Docker',
      windows: 'Start Docker Desktop from the Start menu and wait until it says "running"',
    },
  }),
  'no-permission': () => ({
    message: 'The Docker engine is running, but you are not allowed to use it.',
    next: {
      linux: 'sudo usermod -aG docker "$USER", then log out and in again',
      ...onDesktop('Quit Docker Desktop and start it again as the user you work as'),
    },
  }),
  'port-taken': ({ port, move }: Details<'port' | 'move'>) => ({
    message: `Port ${port} on this machine is in use by another program.`,
    next: `Stop that program (see: docker ps, or lsof -i :${port}), or choose another port: ${move}`,
  }),
  'disk-full': () => ({
    message: 'The disk that the Docker engine uses is full.',
    next: 'Free some space, for example with: docker system prune',
  }),
  'engine-silent': () => ({
    message: 'The Docker engine does not respond.',
    next: 'Start Docker, then try again',
  }),
  ...ENGINE_FAULTS,
  'installation-failed': ({ reason }: Details<'reason'>) => ({
    message: `Docker could not be installed: ${reason}`,
    next: 'Install it by hand: https://docs.docker.com/engine/install/',
  }),
  'engine-did-not-start': ({ seconds, log }: Details<'seconds' | 'log'>) => ({
    message: `The Docker engine did not start within ${seconds} s. The end of its log:\n${log}`,
    next: `Read ${ENGINE_LOG}, or start an engine another way, then try again`,
  }),
  'image-unavailable': ({ name, image, reason }: Details<'name' | 'image' | 'reason'>) => ({
    message: `${name} is needed, but its image ${image} is not available: ${reason}`,
    next: `Connect to a network where this works: docker pull ${image}`,
  }),
  'not-removed': ({ reason, remedy }: Details<'reason' | 'remedy'>) => ({
    message: `What was started could not be removed: ${reason}`,
    next: `${remedy}  (may be repeated)`,
  }),
  'which-step': ({ steps }: Details<'steps'>) => ({
    message: `Which step? The steps: ${steps}`,
    next: 'npm run workshop',
  }),
  'no-such-step': ({ step, steps }: Details<'step' | 'steps'>) => ({
    message: `There is no step ${step}. The steps: ${steps}`,
    next: 'npm run workshop',
  }),
  'autocannon-missing': () => ({
    message: 'The package autocannon is not installed where the load test can find it.',
    next: 'Run npm ci in the root of this repository, or in load-test',
  }),
  'no-solutions': ({ folder }: Details<'folder'>) => ({
    message: `${folder} is not a clone of the workshop: it has no solutions.`,
    next: 'Clone the workshop again',
  }),
  'nearest-command': ({ command, nearest }: Details<'command' | 'nearest'>) => ({
    message: `There is no command "${command}". The nearest is "${nearest}".`,
    next: `npm run workshop ${nearest}`,
  }),
  'no-such-command': ({ command, usage }: Details<'command' | 'usage'>) => ({
    message: `There is no command "${command}".\n\n${usage}`,
    next: 'npm run workshop',
  }),
  'which-command': ({ usage }: Details<'usage'>) => ({
    message: `Which command?\n\n${usage}`,
    next: 'npm run workshop',
  }),
  'no-browser': ({ reason }: Details<'reason'>) => ({
    message: `A picture needs a browser: ${reason}.`,
    next: 'Install Chromium',
  }),
  'panel-without-data': ({ dashboard, problem }: Details<'dashboard' | 'problem'>) => ({
    message: `In the dashboard ${dashboard} ${problem}.`,
    next: PICTURES_AGAIN,
  }),
  'no-resolved-alert': ({ inbox, reason }: Details<'inbox' | 'reason'>) => ({
    message: `The inbox at ${inbox} shows no resolved alert: ${reason}`,
    next: PICTURES_AGAIN,
  }),
  'no-dashboards': ({ reason }: Details<'reason'>) => ({
    message: `No picture of a dashboard: ${reason}`,
    next: PICTURES_AGAIN,
  }),
  'real-webhook': ({ secrets }: Details<'secrets'>) => ({
    message: `${secrets}/alertmanager/slack_webhook_url names a real Slack webhook, and the demo cannot see messages arrive there.`,
    next: `Use docker compose up with it, or put it aside:  mv ${secrets}/alertmanager/slack_webhook_url ${secrets}/alertmanager/slack_webhook_url.mine`,
  }),
  'no-swarm': ({ reason }: Details<'reason'>) => ({
    message: `This machine cannot be three machines: ${reason}`,
    next: 'On a Linux machine of your own: sudo npm run swarm. By hand on three machines: docs/swarm.md',
  }),
  'stopped-halfway': ({ command, reason, folder }: Details<'command' | 'reason' | 'folder'>) => ({
    message: `"${command}" stopped halfway: ${reason}.\nWhat you had is kept in ${folder}.`,
    next: 'npm run undo',
  }),
  'was-stopped-halfway': ({
    command,
    steps,
    snapshot,
  }: Details<'command' | 'steps' | 'snapshot'>) => ({
    message: `"${command}" was stopped halfway in ${steps}.\nWhat you had before it is the snapshot ${snapshot}.`,
    next: 'npm run undo',
  }),
  'disk-refuses': ({ failed, reason, remedy }: Details<'failed' | 'reason' | 'remedy'>) => ({
    message: `${failed}, and nothing has changed: ${reason}.`,
    next: `${remedy}, then try again`,
  }),
  'compose-files-unreadable': ({ reason }: Details<'reason'>) => ({
    message: `The compose files of the finished stack cannot be read: ${reason}`,
    next: 'git restore docker-compose.yaml solutions',
  }),
  'dashboards-refused': ({ url, reason, step }: Details<'url' | 'reason' | 'step'>) => ({
    message: `Grafana at ${url} does not hand out its dashboards: ${reason}`,
    next: `Check that the password of admin is still the one in steps/${step}/secrets/grafana/admin_password`,
  }),
  'no-such-task': ({ step, task, tasks }: Details<'step' | 'task' | 'tasks'>) => ({
    message: `Step ${step} has no task ${task}. Its tasks:\n${tasks}`,
    next: `npm run hint ${step} -- --task 1`,
  }),
  'not-a-clone': ({ folder }: Details<'folder'>) => ({
    message: `There is no steps/ or no solutions/ in ${folder}.`,
    next: 'Run this in a clone of the workshop; there, git restore steps solutions brings them back',
  }),
  'solution-changed': ({ step, problem }: Details<'step' | 'problem'>) => ({
    message: `solutions/${step} is not as it was published: ${problem}.`,
    next: `git restore solutions/${step}, then try again`,
  }),
  'step-in-use': ({ name, pid, since, lock }: Details<'name' | 'pid' | 'since' | 'lock'>) => ({
    message: `${name} is being used by another command (process ${pid}, since ${since}).`,
    next: `Wait until it has ended, then try again. If there is no such command, delete ${lock}`,
  }),
  'grafana-not-running': ({ step }: Details<'step'>) => ({
    message: `The Grafana of steps/${step} is not running.`,
    next: `cd steps/${step} && docker compose up --detach --wait`,
  }),
  'step-without-grafana': ({ step }: Details<'step'>) => ({
    message: `There is no Grafana in steps/${step}. It comes in step 3.`,
    next: 'npm run export-dashboard 3',
  }),
  'no-grafana-password': ({ step }: Details<'step'>) => ({
    message: `There is no Grafana password in steps/${step}/secrets/grafana/admin_password.`,
    next: `cd steps/${step} && docker compose up --detach --wait`,
  }),
  'changed-while-copied': () => ({ message: 'A file changed during the copy.', next: 'Try again' }),
  'snapshot-damaged': ({ snapshot, folder }: Details<'snapshot' | 'folder'>) => ({
    message: `The snapshot ${snapshot} is damaged: somebody has changed ${folder}.`,
    next: `Choose another one: ${LIST_SNAPSHOTS}`,
  }),
  'written-meanwhile': ({ file }: Details<'file'>) => ({
    message: `Another program wrote ${file} in the meantime.`,
    next: 'Try again',
  }),
  'not-a-folder': ({ step, kind }: Details<'step' | 'kind'>) => ({
    message: `steps/${step} is a ${kind}, not a folder.`,
    next: `mv steps/${step} elsewhere`,
  }),
  'nothing-to-take-back': () => ({
    message: 'There is nothing left to undo.',
    next: LIST_SNAPSHOTS,
  }),
  'no-such-snapshot': ({ name, count }: Details<'name' | 'count'>) => ({
    message: `There is no snapshot "${name}". There are ${count}.`,
    next: LIST_SNAPSHOTS,
  }),
  ...CLASS_FAULTS,
} satisfies Record<string, (details: never) => FaultText>;
