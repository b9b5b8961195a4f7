import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../../root.ts';
import { StepUnderTest } from '../files/index.ts';
import { allChecks } from './all-checks.ts';
import type { Check } from './check.ts';
import { nextAfterEditing, type Subject, summarize, type Verdict } from './report.ts';
import { type Result, type RunOptions, runChecks } from './run-checks.ts';
import { findStep, loadDefinition, pageOf } from './steps.ts';

export interface VerifyOptions {
  number: number;
  /** Judge the solution instead of the learner's folder. */
  solution?: boolean;
  /** Judge any folder that is laid out like the step. */
  dir?: string | undefined;
  /** Only the checks of files, which need no Docker and return at once. */
  static?: boolean;
  /** With `static`: checks of these kinds too. */
  also?: Check['kind'][];
  /** Leave the containers up for the next run. */
  keep?: boolean;
  /** What several judgements may know together; see `StepUnderTest`. */
  shared?: Map<string, unknown>;
  signal?: AbortSignal | undefined;
}

/** What there is to tell: one start, the result of each check, one verdict; from a watch also what happens in between. */
export type VerifyEvent =
  | { start: Subject }
  | { result: Result }
  /** Nothing but containers, or the step's own program, is left to be asked. */
  | { files: Result[] }
  | { verdict: Verdict }
  | { notice: string };

/**
 * Judges one step, and leaves nothing running unless `keep` says so.
 *
 * @throws MachineFault when there is no such step, or the machine is in the way
 */
export async function* verify(options: VerifyOptions): AsyncGenerator<VerifyEvent, void> {
  const { step, judge } = await prepare(options);
  try {
    yield* judge();
  } finally {
    // What a check was in the middle of is of no use to the next run.
    await (options.signal?.aborted ? step.remove() : step.dispose());
  }
}

/** The same for whoever waits for the end. */
export async function computeVerdict(options: VerifyOptions): Promise<Verdict> {
  let verdict: Verdict | undefined;
  for await (const event of verify(options)) if ('verdict' in event) verdict = event.verdict;
  return verdict as Verdict;
}

/** One step, ready to be judged once or many times. @throws MachineFault when there is no such step */
export async function prepare(options: VerifyOptions) {
  const { number, keep = false, signal } = options;
  const id = findStep(number);
  const folder = options.dir ?? join(ROOT, options.solution ? 'solutions' : 'steps', id);
  const step = new StepUnderTest(resolve(folder), options.shared);
  const definition = await loadDefinition(id);
  const wanted = options.static ? ['static', ...(options.also ?? [])] : undefined;
  const checks = allChecks(definition, { keep, signal }).filter(
    ({ kind }) => !wanted || wanted.includes(kind),
  );
  const directory = relative(process.cwd(), step.files.directory).replaceAll('\\', '/') || '.';
  const subject = { step: id, number, title: definition.title, directory };

  /** May be called again. Checks whose earlier result is in the cache are not run again. */
  async function* judge(cache?: RunOptions['cache']): AsyncGenerator<VerifyEvent, void> {
    yield { start: subject };
    step.forget();
    // Of what is judged: who saves meanwhile has changed it since.
    const contentHash = existsSync(step.files.directory) ? step.files.contentHash() : '';
    const results: Result[] = [];
    const quick = checks.filter(({ kind }) => kind === 'static').length;
    for await (const result of runChecks(checks, step, { cache, page: pageOf(number), signal })) {
      results.push(result);
      if (results.length > quick) yield { result };
      if (results.length !== quick) continue;
      // These are over in an instant, so what failed is told before what passed.
      const rank = ({ outcome }: Result) => Number(outcome !== 'failed');
      for (const result of results.toSorted((a, b) => rank(a) - rank(b))) yield { result };
      yield { files: results };
    }
    const verdict = summarize({ ...subject, contentHash }, results, step, !options.static);
    const isLearners = !options.solution && options.dir === undefined;
    const edited = isLearners && verdict.failed > 0 && (await editedInstead(id));
    if (edited) verdict.next = nextAfterEditing(edited, number, id);
    yield { verdict };
  }
  return { step, definition, judge };
}

/**
 * The first file of a step's solution that differs from the last commit, where nothing of the step itself does: somebody
 * works in the wrong folder. Undefined otherwise, and where Git does not say.
 */
async function editedInstead(id: string): Promise<string | undefined> {
  const args = ['status', '--porcelain', '--', `steps/${id}`, `solutions/${id}`];
  const { stdout } = await execa('git', args, { cwd: ROOT, reject: false });
  // " M solutions/01-app/app/main.ts"
  const paths = stdout.split('\n').map((line) => line.slice(3));
  if (paths.some((path) => path.startsWith('steps/'))) return undefined;
  return paths.find((path) => path.startsWith('solutions/'));
}
