import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { timesLonger } from '../../busy.ts';
import { type Answer, localQuestion, readLocal } from '../../images/index.ts';
import { neededForClass } from './compose-files.ts';
import { askEngine, type Engine, type EngineInfo } from './engine-info.ts';
import type { PartSeen, Seen } from './finding.ts';

/**
 * How long anything outside this process may take to answer, in milliseconds. All are asked side by side. Where programs
 * queue for their turn, each takes as much longer.
 */
export const LIMIT_MS = 3_000 * Math.ceil(Math.min(5, timesLonger()));

/** What the checks look at. */
export interface Machine {
  /** The clone's root. */
  root: string;
  /** Aborted when the time is over. */
  signal: AbortSignal;
  /** Asks a program, at most until the time is over. */
  ask(program: string, ...args: string[]): Promise<Answer>;
  /** Asked once, for all checks. */
  engine: Promise<Engine>;
  /** Where those images come from that are here, by their names; undefined where nobody says so in time. */
  local: Promise<Map<string, string> | undefined>;
}

/** Looks at one subject, or at several of a kind. Never throws for what it looks at. */
export type Check = (machine: Machine) => Promise<Seen | PartSeen[]>;

export function machineOf(root: string): Machine {
  const signal = AbortSignal.timeout(LIMIT_MS);
  // Every question listens to it; Node.js would warn of a leak.
  setMaxListeners(0, signal);
  const askInTime = (program: string, ...args: string[]) => ask(program, args, signal);
  const local = askLocal(root, askInTime);
  // Whoever reads it says what was wrong.
  local.catch(() => {});
  return { root, signal, ask: askInTime, engine: askEngine(askInTime), local };
}

/**
 * Asks a program and never waits longer than the signal allows. Not `docker()`, which waits until nobody holds the
 * output any more: a plugin of Docker's may hang and hold it after Docker itself has been ended.
 */
function ask(program: string, args: string[], signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { signal, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ outcome: outcomeOf(error?.code), stdout: stdout.trim(), stderr: stderr.trim() });
    });
    child.stdin?.on('error', () => {}).end();
  });
}

function outcomeOf(code: string | number | null | undefined): Answer['outcome'] {
  if (code === undefined) return 'ok';
  return code === 'ENOENT' ? 'missing' : code === 'ABORT_ERR' ? 'late' : 'failed';
}

async function askLocal(root: string, ask: Machine['ask']): Machine['local'] {
  const names = neededForClass(root).map(({ full }) => full);
  const { outcome, stdout } = await ask('docker', ...localQuestion(names));
  if (outcome === 'late') return undefined;
  return new Map([...readLocal(names, stdout)].map(([name, { origin }]) => [name, origin]));
}

/** What the engine says of itself; undefined when there is none to ask. */
export async function readInfo({ engine }: Machine): Promise<EngineInfo | undefined> {
  const known = await engine;
  return known.kind === 'ready' ? known.info : undefined;
}
