import { connect } from 'node:net';
import { isAbsolute, relative } from 'node:path';
import { type PublishedPort, runOnPort } from '../../../engine/index.ts';
import { projectName } from '../../../root.ts';
import { SUBJECTS } from '../catalogue.ts';
import { portsOfSteps } from '../compose-files.ts';
import { ok, type Seen } from '../finding.ts';
import { listeners, type Program, type Publisher, publishers } from '../holders.ts';
import type { Check } from '../machine.ts';

const TEXTS = SUBJECTS['port.…'];

/** The ports of this machine that the demo and the steps publish: free, or held by whom? */
export const ports: Check = async (machine) => {
  const holders = Promise.all([publishers(machine), listeners(machine)]);
  const look = async (published: PublishedPort, wanted: string): Promise<Seen> => {
    // Several instances share a range, from the first port on: "8080-8082".
    const port = Number(wanted.replace(/(?<=^\d+)-\d+$/, ''));
    const movedTo = (other: number) => runOnPort(published.variable, other, published.command);
    if (port === 0) return ok('the engine chooses a free one');
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return TEXTS.noNumber({ move: movedTo(published.port) });
    const taken = await isTaken(port, machine.signal);
    if (taken === undefined) return TEXTS.silent();
    if (!taken) return ok('free');
    const [containers, programs] = await holders;
    const move = movedTo(otherPort(port));
    return describe(machine.root, move, containers.get(port), programs.get(port));
  };
  return Promise.all(
    portsOfSteps(machine.root).map(async (published) => {
      const { port, variable, command } = published;
      const wanted = process.env[variable] || `${port}`;
      const seen = await look(published, wanted);
      // A later step must not keep anybody from the first one.
      const isLater = seen.state === 'problem' && command !== 'npm run demo';
      const subject = { id: `port.${port}`, title: `Port ${wanted} (${variable})` };
      return { ...subject, ...seen, ...(isLater && { state: 'warning' as const }) };
    }),
  );
};

function describe(
  root: string,
  move: string,
  container: Publisher | undefined,
  program: Program | undefined,
): Seen {
  if (container && isOwn(container, root))
    return ok(`in use by your own stack ${container.project}`);
  if (container) return TEXTS.container({ name: container.name, move });
  return program ? TEXTS.program({ ...program, move }) : TEXTS.hidden({ move });
}

/** The demo's stack, or one that was started in a folder of this clone. */
function isOwn({ project, folder }: Publisher, root: string): boolean {
  const path = relative(root, folder);
  const isInside = folder !== '' && !path.startsWith('..') && !isAbsolute(path);
  return isInside || project === (process.env.COMPOSE_PROJECT_NAME ?? projectName(root));
}

const otherPort = (port: number): number => (port < 50_000 ? port + 10_000 : port - 10_000);

/**
 * Does somebody answer there? Nothing is opened on this machine, so the question disturbs nobody.
 * Undefined when the time is over.
 */
function isTaken(port: number, signal: AbortSignal): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (taken: boolean | undefined) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    signal.addEventListener('abort', () => end(undefined), { once: true });
  });
}
