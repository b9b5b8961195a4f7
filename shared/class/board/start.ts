import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { announce, docker, ensureEngine, MachineFault } from '../../engine/index.ts';
import { ensureImages, imageFault, whyNot } from '../../images/index.ts';
import { localized, padColumns } from '../../language.ts';
import { projectName, ROOT } from '../../root.ts';
import { takeDown } from '../../stack/index.ts';

const COMPOSE_FILE = join(import.meta.dirname, 'stack', 'docker-compose.yaml');
const LOOPBACK = '127.0.0.1';

interface BoardOptions {
  /** Where the room reaches the board: an address of this machine. Default: as before, at first only this machine. */
  address?: string | undefined;
  /** Default: the clone's own. */
  project?: string;
  signal: AbortSignal;
}

export interface Board {
  project: string;
  address: string;
  word: string;
  /** By service, without a slash at the end; grafana only where it runs. */
  urls: Record<string, string>;
  /** Why there is no Grafana. */
  leftOut: string | undefined;
}

const compose = (project: string, args: string[], env = {}, signal?: AbortSignal) =>
  docker(['compose', '--project-name', project, '--file', COMPOSE_FILE, ...args], { env, signal });

/** Clones side by side have a board each. */
const ownName = () => projectName(ROOT, 'class-board');

/** What the compose file leaves open, but for the word: the address, the ports, the commit, and when somebody is stuck. */
const OPEN = /\$\{(BOARD_\w+):-/g;

/**
 * Starts the board, or changes the address of the one that runs. It stays up, also over a restart of the machine.
 * What goes wrong ends with the board as it was: a class is at work.
 *
 * @throws Fault when an image, a port or the address is in the way
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { project = ownName(), signal } = options;
  const before = remembered(project);
  const { BOARD_ADDRESS: earlier = LOOPBACK, BOARD_WORD: word = newWord() } = before ?? {};
  const { address = earlier } = options;
  if (address !== LOOPBACK && !addresses().includes(address))
    throw new MachineFault('no-such-address', { address, addresses: addresses().join(', ') });
  await ensureEngine();
  const text = readFileSync(COMPOSE_FILE, 'utf8');
  const { services } = parse(text, { merge: true }) as {
    services: Record<string, { image: string; ports: string[] }>;
  };
  const images = await ensureImages(
    Object.values(services).map(({ image }) => image),
    signal,
  );
  const missing = images.filter(({ unavailable }) => unavailable);
  const grafana = missing.find(({ full }) => full === services.grafana?.image);
  for (const image of missing) if (image !== grafana) throw imageFault(image);

  const names = Object.keys(services).filter((name) => name !== 'grafana' || !grafana);
  const env: Settings = { ...before };
  for (const [, name = ''] of text.matchAll(OPEN)) env[name] = process.env[name] ?? env[name] ?? '';
  const { stdout: commit } = await execa('git', ['rev-parse', 'HEAD'], {
    cwd: ROOT,
    reject: false,
  });
  Object.assign(env, { BOARD_WORD: word, BOARD_ADDRESS: address, BOARD_CODE: commit });
  const up = (settings: Settings, until?: AbortSignal) =>
    compose(project, ['up', '--detach', '--wait', ...names], settings, until);
  const there = (await compose(project, ['ps', '--all', '--quiet'], env)).trim();
  try {
    await announce(localized('Starting the class board', '啟動看板'), () => up(env, signal));
  } catch (error) {
    // The same settings would only fail again.
    if (before && JSON.stringify(before) !== JSON.stringify(env))
      await announce(localized('Starting it as it was', '照原來的樣子啟動'), () =>
        up(before),
      ).catch(() => {});
    // Of a first start nothing stays.
    if (!before && !there) await down(project).catch(() => {});
    throw error;
  }
  remember(project, env);
  const urls: Board['urls'] = {};
  for (const name of names) {
    const port = services[name]?.ports[0]?.match(/:(\d+)$/)?.[1] ?? '';
    urls[name] = `http://${(await compose(project, ['port', name, port], env)).trim()}`;
  }
  return { project, address, word, urls, leftOut: grafana && whyNot(grafana) };
}

/** Removes the board with everything that it knows; the next one has another word. */
export async function endBoard(project = ownName()): Promise<void> {
  await ensureEngine();
  await announce(localized('Removing the class board', '移除看板'), () => down(project));
  rmSync(fileOf(project), { force: true });
}

/** By its labels: beside the compose file, Compose would ask for the word. */
const down = (project: string) => takeDown({ directory: tmpdir(), name: project });

/** Runs beside the board, whose other port nobody outside can reach, and prints a status code. */
const REMOVE = `fetch('http://127.0.0.1:8091/learners/' + encodeURIComponent(process.argv[1]), { method: 'DELETE' })
  .then(({ status }) => console.log(status))`;

/**
 * Takes a learner off the board: who has left without saying so, or whose nickname nobody wants to read.
 *
 * @returns what to print @throws MachineFault when nobody has the nickname, or no board is up
 */
export async function removeLearner(nickname: string, project = ownName()): Promise<string> {
  await ensureEngine();
  const args = ['exec', '--no-TTY', 'board', 'node', '-e', REMOVE, '--', nickname];
  const status = await compose(project, args, { BOARD_WORD: 'none' }).catch((error: Error) => {
    throw /is not running/.test(error.message) ? new MachineFault('no-board') : error;
  });
  if (status.trim() !== '204') throw new MachineFault('nickname-unknown', { nickname });
  return localized(
    `${nickname} is taken off the class board. The nickname is free; nothing tells that machine, which can join again.`,
    `${nickname} 已從看板移除。暱稱可以再用；那台機器不會收到通知，可以再加入。`,
  );
}

/** Other machines' way to this one. */
const addresses = (): string[] =>
  Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth)/.test(name))
    .flatMap(([, all = []]) => all)
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

/** Without what looks like another: it is read from a screen, from the last row. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

const newWord = (): string =>
  Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** The word, and what the compose file leaves open, by the names of its variables. */
type Settings = Record<string, string>;

const fileOf = (project: string): string => join(ROOT, '.workshop', 'board', `${project}.json`);

/** With what the board runs, so that the same command starts the same board, and nobody has to join again. */
function remembered(project: string): Settings | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(project), 'utf8'));
  } catch {
    return undefined;
  }
}

function remember(project: string, settings: Settings): void {
  mkdirSync(dirname(fileOf(project)), { recursive: true });
  const draft = `${fileOf(project)}.new`;
  writeFileSync(draft, `${JSON.stringify(settings)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, fileOf(project));
}

/** What the instructor reads. */
export function describeBoard({ address, word, urls, leftOut }: Board): string {
  const page = `${urls.inbox}/class/`;
  const rows: [string, string | undefined][] = [
    [localized('for the projector', '投影用'), urls.grafana ? `${urls.grafana}/d/class` : page],
    [localized('a plain page', '簡單的頁面'), urls.grafana && page],
    [localized('who is stuck', '誰卡住了'), urls.inbox],
    ['Prometheus', urls.prometheus],
    [localized('no Grafana', '沒有 Grafana'), leftOut],
  ];
  const [first = '192.168.1.20'] = addresses();
  const reach =
    address === LOOPBACK
      ? localized(
          `Only this machine reaches it. For the room: npm run class board -- --address ${first}`,
          `目前只有這台機器連得到。要給整間教室：npm run class board -- --address ${first}`,
        )
      : localized(
          `The board listens on ${address}, to everybody in that network; whoever does not know the word is refused.\nAll else is for this machine only.`,
          `看板在 ${address} 上，同一個網路的人都連得到；不知道通關詞的會被拒絕。\n其他的只有這台機器連得到。`,
        );
  return [
    localized('The class board is up, and stays up.\n', '看板已啟動，會一直執行。\n'),
    ...rows.flatMap(([label, value]) => (value ? `  ${padColumns(label, 19)}${value}` : [])),
    localized('\nLearners type:\n', '\n學員輸入：\n'),
    `  npm run class join ${urls.board}/#${word} NICKNAME\n`,
    reach,
  ].join('\n');
}
