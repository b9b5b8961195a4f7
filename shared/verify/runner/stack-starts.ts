import { WrongResult } from '../../engine/index.ts';
import { fail, type StepUnderTest, seenAt } from '../files/index.ts';
import type { Check, Step } from './check.ts';
import { keptName } from './kept.ts';
import { quickSettings } from './quick-scrapes.ts';

export interface LiveOptions {
  /** Leave the containers up, under a name that the next run finds again. */
  keep: boolean;
  signal?: AbortSignal | undefined;
}

/** The check that every live check needs: the step's own containers start and become healthy. */
export function stackStarts(definition: Step, { keep, signal }: LiveOptions): Check {
  return {
    id: 'stack.starts',
    title: 'The containers start and become healthy',
    kind: 'live',
    async run(step) {
      const { directory } = step.files;
      const composeFile = step.files.composePath();
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
  };
}

/** The line of the program that the message names, else the service, else the compose file. */
function whereOf(message: string, step: StepUnderTest): string {
  const name = message.match(/^The service (\S+)/)?.[1];
  if (!name) return step.files.composePath();
  const service = step.compose().service(name);
  const [, path, line] = message.match(/^(?:file:\/\/)?(\/\S+):(\d+)$/m) ?? [];
  const file = path && seenAt(service, path);
  return file && step.files.exists(file) ? `${file}:${line}` : service.where();
}
