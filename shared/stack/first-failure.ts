import { setTimeout as pause } from 'node:timers/promises';
import { WrongResult } from '../engine/index.ts';
import { localized } from '../language.ts';
import type { ComposeProject } from './compose-project.ts';
import {
  CONTAINER_PORTS,
  type ContainerState,
  containers,
  findContainer,
  inspect,
  logs,
} from './containers.ts';
import { askHealthz, describeEndByMemory, describeListeners } from './look-inside.ts';

/** What `node --watch` says when its program has ended. The container runs on. */
const PROGRAM_ENDED = /^(Failed|Completed) running .*Waiting for file changes/m;

/** What the engine says about a healthcheck that it cannot even start. */
const CANNOT_BE_RUN =
  /"[^"]*": (executable file not found|no such file or directory|permission denied)/;

/** Some programs print lines without end. */
const LINE = 500;

/** A container that is asked so seldom is not asked again while somebody waits. Nanoseconds. */
const SELDOM_NS = 60e9;

/** A container that waits for another one may end once or twice, and is then started again. */
const RESTARTS = 3;

/** What the engine knows about a container. */
type Known = Awaited<ReturnType<typeof inspect>>;

/** Containers that answer although their healthcheck fails → when it was last asked before that was seen. */
type Answering = Map<string, number>;

/** As many of the last questions as the engine remembers have failed when a program listens, but elsewhere. */
const UNANSWERED = 5;

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
  const answering: Answering = new Map();
  for (;;) {
    await pause(1_000, undefined, { signal });
    for (const container of await containers(project)) {
      if (isOld(container.id)) continue;
      // One that is gone has no problem.
      const problem = await findProblem(container, answering).catch(() => undefined);
      if (problem) throw problemOfService(container.service, problem);
    }
  }
}

/** @param problem the end of "The service app …" */
export const problemOfService = (service: string, problem: string): WrongResult =>
  new WrongResult(
    `The service ${service} ${problem}`,
    localized(
      `Fix what the message names (see ${service} in docker-compose.yaml), then try again`,
      `修正訊息指出的地方（見 docker-compose.yaml 的 ${service}），再試一次`,
    ),
  );

/** What is wrong with a container, as the end of "The service app …"; undefined while it may still become healthy. */
async function findProblem(
  container: ContainerState,
  answering: Answering,
): Promise<string | undefined> {
  const { id, state, health } = container;
  if (state === 'created' || (state === 'running' && !/starting|unhealthy/.test(health)))
    return undefined;
  const known = await inspect(id);
  const end = await findEnd(container, known);
  if (end || state !== 'running') return end;
  const { since, answer, unanswered, askedAt, isLate } = lastStart(known);
  const [why] = answer.match(CANNOT_BE_RUN) ?? [];
  if (why) return `has a healthcheck that cannot be run: ${why}`;
  const elsewhere = unanswered >= UNANSWERED ? await describeListeners(container) : undefined;
  if (elsewhere) return elsewhere;
  const status = unanswered >= UNANSWERED && (await fetchHealthz(container));
  if (!status || status >= 500) answering.delete(id);
  else if (!answering.has(id)) answering.set(id, askedAt.at(-1) ?? 0);
  // A slow app may have begun to answer just now: it is asked twice more. The first question may have begun before.
  const before = answering.get(id);
  if (before !== undefined && askedAt.filter((at) => at > before).length > 1)
    return `is not healthy, although it answers GET /healthz with ${status}. ${(await readLog(id, since)).last}`;
  // The engine itself would say so only when it asks the next time.
  if (health === 'starting' && !isLate) return undefined;
  const log = await readLog(id, since);
  if (answer && !/error\b/i.test(log.all))
    return `is not healthy. Its healthcheck says:\n${answer}`;
  return `is not healthy. ${log.last}`;
}

/** Only the app has such a page. */
async function fetchHealthz({ service, addresses }: ContainerState): Promise<number | undefined> {
  const address = service === 'app' && addresses.get(CONTAINER_PORTS.app);
  return address ? askHealthz(address) : undefined;
}

/** How the program of a container has ended, as the end of "The service app …"; undefined while it runs. */
async function findEnd(
  { id, state, exitCode }: ContainerState,
  known: Known,
  once = false,
): Promise<string | undefined> {
  const { State, RestartCount } = known;
  // One without a healthcheck may be done.
  const isOver = state === 'exited' && (exitCode !== 0 || State.Health !== undefined);
  const isLoop = once ? RestartCount > 0 : state === 'restarting' && RestartCount >= RESTARTS;
  const log = await readLog(id, isLoop ? 0 : lastStart(known).since);
  // What was before its last start says nothing.
  const [, how] =
    log.all
      .split(/^Restarting '/m)
      .at(-1)
      ?.match(PROGRAM_ENDED) ?? [];
  if (!isOver && !isLoop && !how) return undefined;
  const byMemory = await describeEndByMemory(id, log.all);
  if (byMemory) return byMemory;
  if (how === 'Completed' || (exitCode === 0 && !how))
    return `ended without an error, but it must go on running. ${log.last}`;
  const again = isLoop ? ', again and again, because of restart:' : '';
  const withCode = how ? 'an error' : `exit code ${exitCode}`;
  return `ended with ${withCode}${again}. ${log.last}`;
}

/** The same for a service that was healthy: ended is ended, also if it was started again. */
export const endOfService = async (
  project: ComposeProject,
  service: string,
): Promise<string | undefined> => {
  const container = await findContainer(project, service);
  return findEnd(container, await inspect(container.id), true);
};

/** What it has logged since then. The last words are of one stream, because the engine mixes the lines of two at will. */
async function readLog(id: string, since: number): Promise<{ all: string; last: string }> {
  const { stdout, stderr } = await logs(id, since);
  const last = lastWords(/error\b/i.test(stderr) ? stderr : stdout);
  return {
    all: `${stdout}\n${stderr}`,
    last: last ? `Its last words:\n${last}` : 'It has printed nothing.',
  };
}

/**
 * When it was last started, in seconds since 1970, about, because a program may print before the engine notes that it
 * runs; what its last healthcheck has printed: one line, empty when none has ended yet; when it was asked; and whether
 * the last answer came after the time that it has to start. All times are those of the engine's own clock.
 */
function lastStart({ State: { StartedAt, Health }, Config }: Known) {
  const last = Health?.Log?.at(-1);
  const lines = last?.Output?.trim().split('\n') ?? [];
  const startNanoseconds = Config.Healthcheck?.StartPeriod ?? 0;
  const printed = lines.findLast((line) => /error\b/i.test(line)) ?? lines.at(-1) ?? '';
  return {
    since: Date.parse(StartedAt) / 1_000 - 1,
    answer: printed.trim().slice(0, LINE),
    unanswered: Health?.Log?.filter(({ ExitCode }) => ExitCode !== 0).length ?? 0,
    askedAt: Health?.Log?.map(({ Start }) => Date.parse(Start)) ?? [],
    isLate:
      !!last?.ExitCode &&
      (Config.Healthcheck?.Interval ?? 0) > SELDOM_NS &&
      Date.parse(last.End) > Date.parse(StartedAt) + startNanoseconds / 1e6,
  };
}

/** The last error and what follows it, or the last lines; a stack trace below the error says little. */
function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .filter((line) => !/^\s+at |^Node\.js v|^(Failed|Completed) running |^\s*$/.test(line))
    .map((line) => line.slice(0, LINE));
  // In an error of a library, the first line of its stack that is not the library's.
  const own = log
    .match(/^\s+at (?!.*(node_modules|node:|<anonymous>)).*\/\S+:\d+:\d+\)?$/m)?.[0]
    .trim();
  // Node.js says where, shows the line, and then what.
  const place = lines.findLastIndex((line) => /^(file:\/\/)?\/\S+:\d+$/.test(line));
  const error = lines.findLastIndex((line) => /error\b/i.test(line));
  const from = place >= 0 ? place : error >= 0 ? error : -5;
  const shown = lines.slice(from).slice(0, 5);
  const isElsewhere = place < 0 || /node_modules/.test(lines[place] ?? '');
  return [...shown, (isElsewhere && own) || []]
    .flat()
    .map((line) => line.replace(/^time=\S+ level=\w+ source=\S+ /, ''))
    .join('\n');
}
