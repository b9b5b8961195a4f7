import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { parseDuration } from '../../duration.ts';
import { ensureEngine, WrongResult } from '../../engine/index.ts';
import type { ReplacedFile } from '../../stack/index.ts';
import { fail, readSettings, type StepUnderTest, scrapeFiles } from '../files/index.ts';
import { explainStart } from './causes.ts';
import type { Check, Step } from './check.ts';

export interface LiveOptions {
  /** Leave the containers up, under a name that the next run finds again. */
  keep: boolean;
  signal?: AbortSignal | undefined;
}

/** How often the Prometheus of a verdict collects. */
const INTERVAL = '500ms';

/** The check that every live check needs: the step's own containers start and become healthy. */
export const stackStarts = (definition: Step, { keep, signal }: LiveOptions): Check => ({
  id: 'stack.starts',
  title: 'The containers start and become healthy',
  kind: 'live',
  async run(step) {
    const { directory } = step.files;
    for (const name of definition.services) expectStarted(step, name);
    // Loaded only now, because a static verdict must not wait for Testcontainers.
    const loading = import('../../stack/index.ts');
    if (!step.isUp) await ensureEngine();
    const { startStack } = await loading;
    try {
      step.stack = await startStack({
        directory,
        composeFiles: step.files.composePaths(),
        services: definition.services,
        replaced: replacedFiles(definition, step),
        keep,
        ...(step.imagesHold && { built: step.stack.builds }),
        ...(keep && { name: keptName(directory) }),
        signal,
      });
    } catch (error) {
      if (!(error instanceof WrongResult)) throw error;
      fail({
        expected: `${definition.services.join(', ')} to start and to be healthy`,
        actual: error.message,
        ...explainStart(step, error.message),
      });
    }
  },
});

/** What the containers of a verdict see in place of the learner's files. */
export const replacedFiles = (definition: Step, step: StepUnderTest): ReplacedFile[] => [
  ...(definition.quickScrapes ? quickSettings(step) : []),
  ...(definition.replaced?.(step) ?? []),
];

/** @throws CheckFailure when `docker compose up` would leave the service out */
function expectStarted(step: StepUnderTest, name: string): void {
  const { get, where } = step.compose().service(name);
  for (const place of [['profiles'], ['scale'], ['deploy', 'replicas']]) {
    const value = get(...place);
    if (value === undefined || (place[0] !== 'profiles' && Number(value) > 0)) continue;
    fail({
      expected: `${name} to start with: docker compose up`,
      actual: `${place.at(-1)}: ${JSON.stringify(value)}`,
      where: where(...place),
      hint: 'A service with profiles: starts only when one of them is asked for, and zero containers are none at all.',
    });
  }
}

/**
 * The learner's settings of Prometheus, but with a scrape and an evaluation every half second. A rate needs two scrapes, and
 * nobody likes to wait ten seconds for a verdict. Whether the files themselves say 5 s, a static check has judged before.
 * Nothing else is another: the rest is the same to the letter, and who may read it.
 *
 * @throws CheckFailure when no file of the step is mounted where Prometheus reads it
 */
function quickSettings(step: StepUnderTest): ReplacedFile[] {
  const { containerPath, file } = readSettings(step, 'prometheus');
  const files = [{ path: file.path, containerPath }, ...scrapeFiles(step)];
  return files.map(({ path, containerPath: target }) => {
    const mode = statSync(join(step.files.directory, path)).mode & 0o777;
    const content = quicken(step.files.text(path), file.get(['global', 'scrape_interval']));
    return { service: 'prometheus', target, content, mode };
  });
}

/** The same text with the interval of the verdict in place of each. */
function quicken(text: string, globalInterval: unknown): string {
  const document = parseDocument(text);
  const jobs = document.get('scrape_configs');
  const scopes = [document.get('global'), ...(isSeq(jobs) ? jobs.items : [])].filter(isMap);
  return scopes
    .flatMap((scope) => quickScope(scope, globalInterval))
    .sort(([a], [b]) => b - a)
    .reduce((rest, [start, end]) => rest.slice(0, start) + INTERVAL + rest.slice(end), text);
}

/** From where to where durations stand that are to be another one. A timeout that Prometheus refuses stays as it is. */
function quickScope(scope: YAMLMap, globalInterval: unknown): [number, number][] {
  const interval = parseDuration(scope.get('scrape_interval') ?? globalInterval ?? '1m');
  return scope.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isScalar(value) || !value.range) return [];
    const isInterval = key.value === 'scrape_interval' || key.value === 'evaluation_interval';
    const seconds = parseDuration(value.value);
    const isLongTimeout =
      key.value === 'scrape_timeout' && seconds > parseDuration(INTERVAL) && seconds <= interval;
    return isInterval || isLongTimeout ? [[value.range[0], value.range[1]]] : [];
  });
}

/** The name of a stack that stays up: the same for every run on the same folder, so that the next one finds it. */
export const keptName = (directory: string): string =>
  `workshop-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;

/** Removes what `--keep` has left up for a folder. */
export async function removeKept(directory: string): Promise<void> {
  const { removeStack } = await import('../../stack/index.ts');
  await removeStack({ directory, name: keptName(directory) });
}
