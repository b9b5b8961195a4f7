import { linuxDistribution } from './debian-packages.ts';

/** What is known only when a message is printed, by name. Troubleshooting shows `…` for each. */
export type Details<Name extends string> = Record<Name, string | number>;

/** What happened, and what to do next. */
export interface FaultText {
  message: string;
  next: Remedy;
}

/** The command or action that fixes something, where it is the same everywhere, or for each operating system. */
export type Remedy = string | RemedyBySystem;

/** `debian` is Ubuntu too; without it, `linux` is said there. */
interface RemedyBySystem {
  linux: string;
  debian?: string;
  macos: string;
  windows: string;
}

/** The remedy for the operating system that this process runs on. */
export function remedyHere(remedy: Remedy): string {
  if (typeof remedy === 'string') return remedy;
  if (process.platform === 'darwin') return remedy.macos;
  if (process.platform === 'win32') return remedy.windows;
  const isDebian = ['debian', 'ubuntu'].includes(linuxDistribution());
  return (isDebian && remedy.debian) || remedy.linux;
}

/** What is the same on both systems that have Docker Desktop. */
export const onDesktop = (text: string) => ({ macos: text, windows: text });

/** Why a check is skipped: this machine lacks what it needs. That ends no verdict. */
export const SKIPS = {
  'grafana-image': ({ reason }: Details<'reason'>) => `Grafana's image is not available: ${reason}`,
  'cadvisor-image': ({ reason }: Details<'reason'>) =>
    `cAdvisor's image is not available: ${reason}`,
  'app-package': ({ name }: Details<'name'>) =>
    `The app uses ${name}, which only its image has. Where Node.js can run it: npm install in the folder app`,
} satisfies Record<string, (details: never) => string>;

/** The faults of `npm run class …`. */
export const CLASS_FAULTS = {
  'stick-folder': ({ folder, reason }: Details<'folder' | 'reason'>) => ({
    message: `${folder} cannot become the folder for the class: ${reason}. Nothing was written.`,
    next: 'npm run class pack -- FOLDER, with the name of a folder that does not exist yet',
  }),
  'stick-needs-git': () => ({
    message:
      'A folder for the class holds a clone, and this workshop is none, or there is no git here.',
    next: 'Install git, clone the workshop with it, and run this there',
  }),
  'stick-full': ({ folder, needed, free }: Details<'folder' | 'needed' | 'free'>) => ({
    message: `The folder for the class needs ${needed}, and where ${folder} lies, ${free} are free. Nothing is left there.`,
    next: 'Free some space there, or take a larger stick; then the same command again',
  }),
  'no-stick': ({ folder }: Details<'folder'>) => ({
    message: `${folder} is not a folder that "npm run class pack" has written: it has no manifest.json.`,
    next: 'npm run class unpack -- FOLDER, with the folder on the stick',
  }),
  'torn-copy': ({ folder, files }: Details<'folder' | 'files'>) => ({
    message: `What lies in ${folder} is not what was packed: ${files}.`,
    next: 'Copy the whole folder again, then the same command',
  }),
  'other-processor': ({ packed, own }: Details<'packed' | 'own'>) => ({
    message: `The images on this stick are for ${packed} processors, and the Docker engine here runs on ${own}.`,
    next: `Ask the instructor for the folder for ${own}; or, with a network: npm run class prepare`,
  }),
  'board-address': ({ address }: Details<'address'>) => ({
    message: `"${address}" is not the address of a class board, with its word: http://192.168.1.20:8090/#word`,
    next: 'Copy the line that the instructor shows, with all that stands behind the #, and put your nickname after it',
  }),
  'board-unreachable': ({ address, reason }: Details<'address' | 'reason'>) => ({
    message: `The class board at ${address} does not answer: ${reason}`,
    next: "See that you are in the room's network, then try again. Everything else works without it",
  }),
  'board-wrong-word': ({ address }: Details<'address'>) => ({
    message: `The class board at ${address} does not know this word. It stands behind the # of the address.`,
    next: 'Type the line anew, as the instructor shows it',
  }),
  'nickname-invalid': ({ length }: Details<'length'>) => ({
    message: `A nickname has 1 to 24 letters, digits, spaces, or one of . _ -; this one has ${length} characters, or others.`,
    next: 'Choose another nickname, and join again',
  }),
  'nickname-taken': ({ nickname }: Details<'nickname'>) => ({
    message: `Somebody else is on the class board as ${nickname}.`,
    next: 'Choose another nickname, and join again',
  }),
  'nickname-unknown': ({ nickname }: Details<'nickname'>) => ({
    message: `Nobody is on the class board as ${nickname}.`,
    next: 'Read the nickname on the board; one with spaces needs quotes around it',
  }),
  'no-board': () => ({
    message: 'No class board is up here.',
    next: 'npm run class board',
  }),
  'board-full': () => ({
    message: 'The class board is full: it takes 200 learners, and a thousand nicknames.',
    next: 'Tell the instructor. npm run class board -- --end removes the board with everybody on it',
  }),
  'not-a-board': ({ address, status }: Details<'address' | 'status'>) => ({
    message: `What answers at ${address} is no class board, or has no time: it says ${status}.`,
    next: 'Compare the address with what the instructor shows, then try again',
  }),
  'no-such-address': ({ address, addresses }: Details<'address' | 'addresses'>) => ({
    message: `This machine does not have the address ${address}. It has: ${addresses}`,
    next: 'npm run class board -- --address  and one of them, or 127.0.0.1 for this machine alone',
  }),
};

/** The oldest that asks a container often while it starts, and seldom later, as the compose files say. */
export const OLDEST_ENGINE = '25.0';

export const ENGINE_TOO_OLD = {
  message: `The Docker engine is older than ${OLDEST_ENGINE}, which the workshop needs.`,
  next: {
    linux: 'Update the engine as https://docs.docker.com/engine/install/ says',
    macos: 'Update Docker Desktop, in its settings below "Software updates"',
    windows: 'winget upgrade Docker.DockerDesktop',
  },
};

/** Of an engine that answers, and cannot be used. */
export const ENGINE_FAULTS = {
  'engine-too-old': () => ENGINE_TOO_OLD,
  'engine-elsewhere': () => ({
    message: 'Docker works on another machine here, which has none of the files of this one.',
    next: 'docker context use default (or unset DOCKER_HOST), then try again',
  }),
};
