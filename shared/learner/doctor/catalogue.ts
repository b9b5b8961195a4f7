import { type Details, ENGINE_TOO_OLD, FAULTS, onDesktop } from '../../engine/index.ts';
import { problem, unknown, warning } from './finding.ts';
import {
  ADD_NO_PROXY,
  FREE_DISK,
  NODE_24,
  OWN_FILES,
  RESTART_DESKTOP,
  SET_CLOCK,
  TO_LF,
} from './remedies.ts';

const noEngine = () => unknown('needs a Docker engine that responds');
type EngineFault = 'no-client' | 'no-engine' | 'no-permission' | 'no-compose' | 'engine-elsewhere';
const engineFault = (id: EngineFault) => {
  const { message, next } = FAULTS[id]();
  return problem(message, next);
};

const pull = (image: string | number) =>
  `docker pull ${image}, or all that are missing: npm run class prepare`;
type Different = Details<'count' | 'name' | 'installed' | 'wanted'>;
type Disk = Details<'free' | 'folder'>;

/**
 * What the doctor looks at, by the id of its finding and in the order of its report: the title, and everything that it can
 * print besides that all is well. Troubleshooting has a section for each.
 */
export const SUBJECTS = {
  'node.version': {
    title: 'Node.js',
    tooOld: ({ version, wanted }: Details<'version' | 'wanted'>) =>
      problem(`${version}, and the workshop needs ${wanted}`, {
        linux: 'nvm install 24, or see https://nodejs.org/en/download',
        macos: 'brew install node@24 && brew link --overwrite node@24',
        windows: 'winget install OpenJS.NodeJS.LTS, then open a new terminal',
      }),
    /** Printed by shared/start.js. */
    tooOldToStart: ({ version, wanted }: Details<'version' | 'wanted'>) =>
      problem(`${version}, and the workshop needs ${wanted}`, NODE_24),
  },
  'node.packages': {
    title: 'npm packages',
    /** Printed by shared/start.js. */
    notLoaded: ({ reason }: Details<'reason'>) => problem(`${reason}`, 'npm ci'),
    noLock: () => problem('package-lock.json cannot be read', 'git restore package-lock.json'),
    notInstalled: () => problem('they are not installed', 'npm ci'),
    different: ({ count, name, installed, wanted }: Different) =>
      problem(
        `${count} differ from package-lock.json, for example ${name}: ${installed} instead of ${wanted}`,
        'npm ci',
      ),
  },
  'clone.writable': {
    title: 'The clone can be written',
    readOnly: ({ paths }: Details<'paths'>) =>
      problem(`${paths} cannot be changed`, {
        linux: OWN_FILES,
        macos: OWN_FILES,
        windows: 'attrib -R *.* /S /D',
      }),
  },
  'clone.line-endings': {
    title: 'Line endings',
    crlf: ({ files, setting, paths }: Details<'files' | 'setting' | 'paths'>) =>
      warning(`CRLF in ${files}; git core.autocrlf is ${setting}`, `${TO_LF} ${paths}`),
  },
  'engine.running': {
    title: 'Docker engine',
    noAnswer: ({ seconds }: Details<'seconds'>) =>
      problem(`Docker does not respond within ${seconds} s`, {
        linux: 'sudo systemctl restart docker',
        ...RESTART_DESKTOP,
      }),
    strange: ({ message }: Details<'message'>) =>
      problem(`the output of "docker info" is not as expected: ${message}`, 'docker info'),
    tooOld: ({ version, wanted }: Details<'version' | 'wanted'>) =>
      problem(`${version}, and the workshop needs ${wanted} or newer`, ENGINE_TOO_OLD.next),
    'no-client': () => engineFault('no-client'),
    'no-engine': () => engineFault('no-engine'),
    'no-permission': () => engineFault('no-permission'),
    'engine-elsewhere': () => engineFault('engine-elsewhere'),
  },
  'engine.compose': {
    title: 'Compose plugin',
    noClient: () => unknown('needs Docker'),
    noEngine,
    late: () => unknown('it does not respond in time'),
    missing: () => engineFault('no-compose'),
    tooOld: ({ version, wanted }: Details<'version' | 'wanted'>) =>
      problem(`${version}, and the workshop needs ${wanted} or newer`, {
        linux: 'Update the plugin as https://docs.docker.com/compose/install/linux/ says',
        macos: 'brew upgrade docker-compose, or update Docker Desktop',
        windows: 'winget upgrade Docker.DockerDesktop',
      }),
  },
  'engine.memory': {
    title: 'Memory for containers',
    noEngine,
    tooLittle: ({ memory, cpus, wanted }: Details<'memory' | 'cpus' | 'wanted'>) =>
      problem(`${memory}, ${cpus} CPUs; the stack may use ${wanted}`, {
        linux: 'Stop other programs, or use a machine with more memory',
        ...onDesktop('Docker Desktop → Settings → Resources → Memory: 4 GB, then Apply & restart'),
      }),
  },
  'engine.disk': {
    title: 'Disk for containers',
    noEngine,
    elsewhere: () => unknown('the engine runs on another machine'),
    unreadable: ({ folder }: Details<'folder'>) =>
      unknown(`the free space at ${folder} cannot be read`),
    full: ({ free, folder }: Disk) => problem(`${free} free at ${folder}`, FREE_DISK),
    nearlyFull: ({ free, folder }: Disk) => warning(`${free} free at ${folder}`, FREE_DISK),
    virtual: ({ free, folder }: Disk) =>
      unknown(
        `${free} free at ${folder}, where the disk of Docker's virtual machine grows; its own limit is not seen from here`,
      ),
  },
  'engine.clock': {
    title: "The engine's clock",
    noEngine,
    noTime: () => unknown('the engine does not say its time'),
    behind: ({ seconds }: Details<'seconds'>) =>
      problem(`${seconds} s behind this machine's`, SET_CLOCK),
    ahead: ({ seconds }: Details<'seconds'>) =>
      problem(`${seconds} s ahead of this machine's`, SET_CLOCK),
  },
  'image.…': {
    title: 'Image …',
    noEngine,
    late: () => unknown('Docker does not list its images in time'),
    notPulled: ({ image, steps }: Details<'image' | 'steps'>) =>
      problem(`not here yet; its registry has it, and these steps need it: ${steps}`, pull(image)),
    notKnown: ({ refusal, image }: Details<'refusal' | 'image'>) =>
      unknown(`not here yet; ${refusal}`, `docker pull ${image}`),
    ownWay: ({ image }: Details<'image'>) =>
      unknown(
        'not here yet; the engine has a way of its own to a registry, which only a pull shows',
        `docker pull ${image}`,
      ),
    substituted: ({ refusal, substitute }: Details<'refusal' | 'substitute'>) =>
      warning(`not here yet; ${refusal}; it will be ${substitute}`),
    optional: ({ refusal, image }: Details<'refusal' | 'image'>) =>
      warning(
        `not here yet; ${refusal}; everything runs without it, and what is about it is skipped`,
        `docker pull ${image}`,
      ),
    unavailable: ({ refusal, image }: Details<'refusal' | 'image'>) =>
      problem(
        `not here yet; ${refusal}`,
        `Connect to a network where this works: docker pull ${image}`,
      ),
  },
  'class.ready': {
    title: 'Ready for the class',
    noEngine,
    late: () => unknown('Docker does not list its images in time'),
    missing: ({ names }: Details<'names'>) =>
      problem(`still missing: ${names}`, 'npm run class prepare'),
  },
  'port.…': {
    title: 'Port … (…)',
    noNumber: ({ move }: Details<'move'>) => problem('this is not a port number', `${move}`),
    silent: () => unknown('the port neither accepts nor refuses a connection'),
    container: ({ name, move }: Details<'name' | 'move'>) =>
      problem(`in use by the container ${name}`, `docker stop ${name}, or ${move}`),
    program: ({ name, pid, move }: Details<'name' | 'pid' | 'move'>) =>
      problem(`in use by ${name} (process ${pid})`, `Stop it, or ${move}`),
    hidden: ({ move }: Details<'move'>) =>
      problem('in use by a program of another user', `${move}`),
  },
  'proxy.shell': {
    title: "This shell's proxy settings",
    fetchFails: ({ proxy, setting }: Details<'proxy' | 'setting'>) =>
      problem(
        `${proxy}, and NO_PROXY (${setting}) lacks 127.0.0.1 and localhost; fetch of this Node.js sends everything there`,
        ADD_NO_PROXY,
      ),
    curlFails: ({ proxy, setting }: Details<'proxy' | 'setting'>) =>
      warning(
        `${proxy}, and NO_PROXY (${setting}) lacks 127.0.0.1 and localhost; fetch of this Node.js goes past it, but curl does not`,
        ADD_NO_PROXY,
      ),
  },
  'proxy.docker': {
    title: "Docker's proxy settings",
    handedOn: ({ file, names }: Details<'file' | 'names'>) =>
      problem(
        `${file} hands a proxy to every container, so that health checks of 127.0.0.1 go there`,
        `In ${file}, set proxies.default.noProxy to "${names}"`,
      ),
    notInEngine: () =>
      warning('the engine pulls without a proxy, while this shell uses one', {
        linux: 'Set it as https://docs.docker.com/engine/daemon/proxy/ says',
        ...onDesktop('Docker Desktop → Settings → Resources → Proxies'),
      }),
  },
};
