import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../root.ts';
import type { Check, Step } from './check.ts';
import { folderIsThere } from './folder-check.ts';
import { type LiveOptions, stackStarts } from './stack-starts.ts';

/** What a step says must be true of it. */
export async function loadDefinition(id: string): Promise<Step> {
  const module = await import(pathToFileURL(join(ROOT, 'shared/checks', id, 'index.ts')).href);
  return module.default;
}

/** Everything that is judged, in the order of the report: also what is the same for all steps. */
export function allChecks(definition: Step, options: LiveOptions = { keep: false }): Check[] {
  const { id } = definition;
  const checks = interruptible(definition.checks, options.signal);
  return [
    folderIsThere(id),
    ...needing('step.folder', checks, 'static'),
    ...needing('step.folder', checks, 'local'),
    stackStarts(definition, options),
    ...needing('stack.starts', checks, 'live'),
  ];
}

/** Checks that nobody waits for any more after Ctrl-C. Starting the containers is not among them: it cleans up itself. */
function interruptible(checks: Check[], signal?: AbortSignal): Check[] {
  const interrupted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
  interrupted.catch(() => {});
  return checks.map((check) => ({
    ...check,
    run: async (step) => Promise.race([check.run(step), interrupted]),
  }));
}

/** The page of Troubleshooting that lists the checks of a step. */
export const pageOf = (number: number): string => `step-${number}`;

/** The checks of one kind, each needing one thing more. */
const needing = (id: string, checks: Check[], kind: Check['kind']): Check[] =>
  checks
    .filter((check) => check.kind === kind)
    .map((check) => ({ ...check, needs: [id, ...(check.needs ?? [])] }));
