import { setTimeout as pause } from 'node:timers/promises';
import { WrongResult } from '../engine/index.ts';
import type { ComposeProject } from './compose-project.ts';
import { type ContainerState, containers, inspect, logs } from './containers.ts';

/** What `node --watch` says when its program has ended with an error. The container runs on. */
const PROGRAM_ENDED = /^Failed running .*Waiting for file changes/m;

/** What the engine says about a healthcheck that it cannot even start. */
const CANNOT_BE_RUN =
  /"[^"]*": (executable file not found|no such file or directory|permission denied)/;

/** Some programs print lines without end. */
const LINE = 500;

/**
 * Never answers; throws as soon as a container has failed, with the last lines of its log.
 *
 * @param isOld whether a container is about to be replaced, so that what became of it says nothing
 * @throws WrongResult
 */
export async function firstFailure(
  project: ComposeProject,
  signal: AbortSignal,
  isOld: (id: string) => boolean = () => false,
): Promise<never> {
  for (;;) {
    await pause(1_000, undefined, { signal });
    for (const container of await containers(project)) {
      if (isOld(container.id)) continue;
      // One that is gone has no problem.
      const problem = await problemOf(container).catch(() => undefined);
      if (!problem) continue;
      const { service } = container;
      throw new WrongResult(
        `The service ${service} ${problem}`,
        `Fix what the message names (see ${service} in docker-compose.yaml), then try again`,
      );
    }
  }
}

/** What is wrong with a container, as the end of "The service app …"; undefined while it may still become healthy. */
async function problemOf({
  id,
  state,
  exitCode,
  health,
}: ContainerState): Promise<string | undefined> {
  const hasEnded = state === 'exited' && exitCode !== 0;
  if (!hasEnded && health !== 'starting' && health !== 'unhealthy') return undefined;
  const { since, answer } = await lastStart(id);
  const words = await wordsOf(id, since);
  if (hasEnded) return `ended with exit code ${exitCode}. Its last words:\n${words.last}`;
  if (PROGRAM_ENDED.test(words.all)) return `ended with an error. Its last words:\n${words.last}`;
  const [why] = answer.match(CANNOT_BE_RUN) ?? [];
  if (why) return `has a healthcheck that cannot be run: ${why}`;
  if (health === 'starting') return undefined;
  if (answer && !/error\b/i.test(words.all))
    return `is not healthy. Its healthcheck says:\n${answer}`;
  return `is not healthy. Its last words:\n${words.last}`;
}

/** What it has logged since then. The last words are of one stream, because the engine mixes the lines of two at will. */
async function wordsOf(id: string, since: number): Promise<{ all: string; last: string }> {
  const { stdout, stderr } = await logs(id, since);
  return {
    all: `${stdout}\n${stderr}`,
    last: lastWords(/error\b/i.test(stderr) ? stderr : stdout),
  };
}

/**
 * When it was last started, in seconds since 1970, about, because a program may print before the engine notes that it
 * runs; and what its last healthcheck has printed: one line, empty when none has ended yet.
 */
async function lastStart(id: string): Promise<{ since: number; answer: string }> {
  const { StartedAt, Health } = (await inspect(id)).State;
  const printed = Health?.Log?.at(-1)?.Output?.trim().split('\n').at(-1) ?? '';
  return { since: Date.parse(StartedAt) / 1_000 - 1, answer: printed.slice(0, LINE) };
}

/** The last error and what follows it, or the last lines; a stack trace below the error says little. */
function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => !/^\s+at |^Node\.js v|^Failed running |^\s*$/.test(line))
    .map((line) => line.slice(0, LINE));
  // Node.js says where, shows the line, and then what.
  const place = lines.findLastIndex((line) => /^(file:\/\/)?\/\S+:\d+$/.test(line));
  const error = lines.findLastIndex((line) => /error\b/i.test(line));
  const from = place >= 0 ? place : error >= 0 ? error : -5;
  return lines.slice(from).slice(0, 5).join('\n');
}
