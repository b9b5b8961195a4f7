import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { announce, docker, ensureEngine } from '../../engine/index.ts';
import { ensureImages, imageFault, whyNot } from '../../images/index.ts';
import { localized, padColumns } from '../../language.ts';
import { projectName, ROOT } from '../../root.ts';
import { BoardFault } from './faults.ts';

const COMPOSE_FILE = join(import.meta.dirname, 'stack', 'docker-compose.yaml');
const WORD_FILE = join(ROOT, '.workshop', 'board', 'word');
const LOOPBACK = '127.0.0.1';

export interface BoardOptions {
  /** Where the room reaches the board: an address of this machine. Default: only this machine. */
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

const compose = (project: string, words: string[], env = {}, signal?: AbortSignal) =>
  docker(['compose', '--project-name', project, '--file', COMPOSE_FILE, ...words], { env, signal });

/** Clones side by side have a board each. */
const ownName = () => projectName(ROOT, 'class-board');

/**
 * Starts the board, or changes the address of the one that runs. It stays up, also over a restart of the machine.
 * What goes wrong stops no service that runs, and removes nothing: a class is at work.
 *
 * @throws Fault when an image, a port or the address is in the way
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { address = LOOPBACK, project = ownName(), signal } = options;
  if (address !== LOOPBACK && !addresses().includes(address))
    throw new BoardFault('no-such-address', { address, addresses: addresses().join(', ') });
  await ensureEngine();
  const { services } = parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as {
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
  const word = ownWord();
  const env = { BOARD_WORD: word, BOARD_ADDRESS: address };
  await announce(localized('Starting the class board', '啟動看板'), () =>
    compose(project, ['up', '--detach', '--wait', ...names], env, signal),
  );
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
  await announce(localized('Removing the class board', '移除看板'), () =>
    compose(project, ['down', '--volumes', '--remove-orphans'], { BOARD_WORD: 'none' }),
  );
  if (project === ownName()) rmSync(WORD_FILE, { force: true });
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

/** The same one after a restart, so that nobody has to join again. */
function ownWord(): string {
  if (existsSync(WORD_FILE)) return readFileSync(WORD_FILE, 'utf8').trim();
  const word = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  mkdirSync(dirname(WORD_FILE), { recursive: true });
  writeFileSync(WORD_FILE, `${word}\n`, { mode: 0o600 });
  return word;
}

/** What the instructor reads. */
export function describeBoard({ address, word, urls, leftOut }: Board): string {
  const page = `${urls.board}/#${word}`;
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
    `  npm run class join ${page} NICKNAME\n`,
    reach,
  ].join('\n');
}
