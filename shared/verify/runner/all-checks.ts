import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail, findStrayCharacter, type StepFiles } from '../files/index.ts';
import type { Check, Step } from './check.ts';
import { type LiveOptions, stackStarts } from './stack-starts.ts';
import { stepNumber } from './steps.ts';

/** Everything that is judged, in the order of the report: also what is the same for all steps. */
export function allChecks(definition: Step, options: LiveOptions = { keep: false }): Check[] {
  const checks = interruptible(definition.checks, options.signal);
  const needing = (id: string, ...kinds: Check['kind'][]) =>
    kinds
      .flatMap((kind) => checks.filter((check) => check.kind === kind))
      .map((check) => ({ ...check, needs: [id, ...(check.needs ?? [])] }));
  return [
    folderIsThere(definition.id),
    ...needing('step.folder', 'static', 'local', 'tool'),
    stackStarts(definition, options),
    ...needing('stack.starts', 'live'),
  ];
}

/** Checks that nobody waits for any more after Ctrl-C. Starting the containers is not among them: it cleans up itself. */
function interruptible(checks: Check[], signal?: AbortSignal): Check[] {
  if (!signal) return checks;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  interrupted.catch(() => {});
  return checks.map((check) => ({
    ...check,
    run: async (step) => Promise.race([check.run(step), interrupted]),
  }));
}

/** First of all: is there anything to judge? */
const folderIsThere = (id: string): Check => ({
  id: 'step.folder',
  title: "The step's files can be read",
  kind: 'static',
  run({ files }) {
    const { directory } = files;
    const missing = !existsSync(directory);
    if (!missing && readdirSync(directory).length > 0) return refuseStrayCharacters(files);
    fail({
      expected: `the files of step ${id}`,
      actual: missing ? 'no such folder' : 'an empty folder',
      where: missing ? `${directory} (missing)` : directory,
      hint: isInClone(directory, id)
        ? `Get the step back with: npm run reset ${stepNumber(id)}`
        : `--dir takes any folder laid out like steps/${id}. A relative path begins in ${process.cwd()}`,
    });
  },
});

const isInClone = (directory: string, id: string): boolean =>
  directory.endsWith(join('steps', id)) && existsSync(join(directory, '../../shared'));

/** What programs read. A lock file is npm's own. */
const FOR_PROGRAMS = /\.(ya?ml|json|[cm]?[jt]s)$|Dockerfile$/;

/** @throws CheckFailure at the first full-width or typographic character that stands where a plain one must */
function refuseStrayCharacters(files: StepFiles): void {
  for (const path of files.all()) {
    if (!FOR_PROGRAMS.test(path) || path.endsWith('package-lock.json')) continue;
    const stray = findStrayCharacter(path, files.readable(path));
    if (stray) fail(stray);
  }
}
