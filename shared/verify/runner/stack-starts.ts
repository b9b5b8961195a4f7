import { createHash } from 'node:crypto';
import { isMap, isSeq, parseDocument } from 'yaml';
import { ensureEngine, WrongResult } from '../../engine/index.ts';
import type { ReplacedFile } from '../../stack/index.ts';
import { fail, hostPath, readSettings, type StepUnderTest } from '../files/index.ts';
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
    const composeFile = step.files.composePath();
    if (!step.isUp) await ensureEngine();
    // Loaded only now, because a static verdict must not wait for Testcontainers.
    const { startStack } = await import('../../stack/index.ts');
    try {
      step.stack = await startStack({
        directory,
        composeFile,
        services: definition.services,
        replaced: definition.quickScrapes ? [quickSettings(step)] : [],
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
        where: whereOf(error.message, step),
        hint: 'The last words of a container usually name the cause, often with a file and a line.',
      });
    }
  },
});

/** The line of the program that the message names, else the service, else the compose file. */
function whereOf(message: string, step: StepUnderTest): string {
  const name = message.match(/^The service (\S+)/)?.[1];
  if (!name) return step.files.composePath();
  const service = step.compose().service(name);
  const [, path, line] = message.match(/^(?:file:\/\/)?(\/\S+):(\d+)$/m) ?? [];
  const file = path && hostPath(service, path);
  return file && step.files.exists(file) ? `${file}:${line}` : service.where();
}

/**
 * The learner's settings of Prometheus, but with a scrape and an evaluation every half second. A rate needs two scrapes, and
 * nobody likes to wait ten seconds for a verdict. Whether the file itself says 5 s, a static check has judged before.
 *
 * @throws CheckFailure when no file of the step is mounted where Prometheus reads it
 */
export function quickSettings(step: StepUnderTest): ReplacedFile {
  const { containerPath, file } = readSettings(step, 'prometheus');
  const document = parseDocument(step.files.text(file.path));
  const jobs = document.get('scrape_configs');
  for (const scope of [document.get('global'), ...(isSeq(jobs) ? jobs.items : [])]) {
    if (!isMap(scope)) continue;
    for (const key of ['scrape_interval', 'evaluation_interval'])
      if (scope.has(key)) scope.set(key, INTERVAL);
    // It may not be longer than the interval.
    scope.delete('scrape_timeout');
  }
  return { service: 'prometheus', target: containerPath, content: document.toString() };
}

/** The name of a stack that stays up: the same for every run on the same folder, so that the next one finds it. */
export const keptName = (directory: string): string =>
  `workshop-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;

/** Removes what `--keep` has left up for a folder. */
export async function removeKept(directory: string): Promise<void> {
  const { removeStack } = await import('../../stack/index.ts');
  await removeStack({ directory, name: keptName(directory) });
}
