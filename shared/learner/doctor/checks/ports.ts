import { connect } from 'node:net';
import { isAbsolute, relative } from 'node:path';
import { PORT_VARIABLES, runOnPort } from '../../../engine/index.ts';
import { about, type Finding } from '../finding.ts';
import { listeners, type Program } from '../listeners.ts';
import type { Check } from '../machine.ts';
import { type Publisher, publishers } from '../publishers.ts';

/** The ports of this machine that the finished stack publishes: free, or held by whom? */
export const ports: Check = async (machine) => {
  const holders = Promise.all([publishers(machine), listeners(machine)]);
  return Promise.all(
    Object.entries(PORT_VARIABLES).map(async ([usual, variable]) => {
      const wanted = process.env[variable] || usual;
      const found = about(`port.${usual}`, `Port ${wanted} (${variable})`);
      const port = Number(wanted);
      if (port === 0) return found.ok('the engine chooses a free one');
      if (!Number.isInteger(port) || port < 0 || port > 65_535) {
        return found.problem('this is not a port number', runOnPort(variable, Number(usual)));
      }
      const taken = await isTaken(port, machine.signal);
      if (taken === undefined) return found.unknown('neither a program nor a refusal answers');
      if (!taken) return found.ok('free');
      const [containers, programs] = await holders;
      const move = runOnPort(variable, otherPort(port));
      return describe(found, machine.root, move, containers.get(port), programs.get(port));
    }),
  );
};

function describe(
  { ok, problem }: ReturnType<typeof about>,
  root: string,
  move: string,
  container: Publisher | undefined,
  program: Program | undefined,
): Finding {
  if (container && isOwn(container, root))
    return ok(`in use by your own stack ${container.project}`);
  if (container) {
    return problem(
      `in use by the container ${container.name}`,
      `docker stop ${container.name}, or ${move}`,
    );
  }
  if (program)
    return problem(`in use by ${program.name} (process ${program.pid})`, `Stop it, or ${move}`);
  return problem('in use by a program that this user may not see', move);
}

/** The demo's stack, or one that was started in a folder of this clone. */
function isOwn({ project, folder }: Publisher, root: string): boolean {
  const path = relative(root, folder);
  const isInside = folder !== '' && !path.startsWith('..') && !isAbsolute(path);
  return isInside || project === (process.env.COMPOSE_PROJECT_NAME ?? 'monitoring-workshop');
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
