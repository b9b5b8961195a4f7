import { createHash } from 'node:crypto';
import { WrongResult } from '../engine/index.ts';
import { type Check, fail, type Step } from './check.ts';
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
      const { startStack } = await import('../stack/index.ts');
      try {
        step.stack = await startStack({
          directory,
          composeFile,
          services: definition.services,
          replaced: definition.quickScrapes ? [quickSettings(step)] : [],
          keep,
          ...(keep && { name: keptName(directory) }),
          signal,
        });
      } catch (error) {
        if (!(error instanceof WrongResult)) throw error;
        fail({
          expected: `${definition.services.join(', ')} to start and to be healthy`,
          actual: error.message,
          where: whereOf(error.message, composeFile, (name) =>
            step.compose().service(name).where(),
          ),
          hint: 'The last words of a container usually name the cause, often with a file and a line.',
        });
      }
    },
  };
}

/** The same for every run on the same folder, so that the next run finds what this one left up. */
function keptName(directory: string): string {
  return `workshop-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;
}

/** The service that the message names, else the compose file. */
function whereOf(message: string, composeFile: string, locate: (name: string) => string): string {
  const name = message.match(/^The service (\S+)/)?.[1];
  return name ? locate(name) : composeFile;
}
