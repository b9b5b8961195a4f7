import { setTimeout as pause } from 'node:timers/promises';
import { docker, WrongResult } from '../engine/index.ts';
import {
  type ComposeProject,
  type ContainerState,
  compose,
  containers,
} from './compose-project.ts';

/** What `node --watch` says when its program has ended with an error. The container runs on. */
const PROGRAM_ENDED = /^Failed running .*Waiting for file changes/m;

/** What the engine says about a healthcheck that it cannot even start. */
const CANNOT_BE_RUN =
  /"[^"]*": (executable file not found|no such file or directory|permission denied)/;

/** Some programs print lines without end. */
const LINE = 500;

/** Never answers; throws as soon as a container has failed, with the last lines of its log. @throws WrongResult */
export async function firstFailure(project: ComposeProject, signal: AbortSignal): Promise<never> {
  for (;;) {
    await pause(1_000, undefined, { signal });
    for (const container of await containers(project)) {
      const problem = await problemOf(project, container);
      if (!problem) continue;
      const { service } = container;
      throw new WrongResult(
        `The service ${service} ${problem}`,
        `Mend what the message names (see ${service} in docker-compose.yaml), then try again`,
      );
    }
  }
}

/** What is wrong with a container, as the end of "The service app …"; undefined while it may still become healthy. */
async function problemOf(
  project: ComposeProject,
  { id, service, state, exitCode, health }: ContainerState,
): Promise<string | undefined> {
  const log = () => compose(project, ['logs', '--no-log-prefix', '--tail', '40', service]);
  if (state === 'exited' && exitCode !== 0)
    return `ended with exit code ${exitCode}. Its last words:\n${lastWords(await log())}`;
  if (health !== 'starting' && health !== 'unhealthy') return undefined;
  const [words, answer] = [await log(), await lastHealthcheck(id)];
  if (PROGRAM_ENDED.test(words)) return `ended with an error. Its last words:\n${lastWords(words)}`;
  const [why] = answer.match(CANNOT_BE_RUN) ?? [];
  if (why) return `has a healthcheck that cannot be run: ${why}`;
  if (health === 'starting') return undefined;
  if (answer && !/error\b/i.test(words)) return `is not healthy. Its healthcheck says:\n${answer}`;
  return `is not healthy. Its last words:\n${lastWords(words)}`;
}

/** What the last healthcheck has printed, one line. Empty when none has ended yet. */
async function lastHealthcheck(id: string): Promise<string> {
  const format = '{{range .State.Health.Log}}{{println .Output}}{{end}}';
  const text = await docker(['inspect', '--format', format, id]).catch(() => '');
  return text.trim().split('\n').at(-1)?.slice(0, LINE) ?? '';
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
