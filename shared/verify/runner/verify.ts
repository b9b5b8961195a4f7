import { join, relative, resolve } from 'node:path';
import { ensureEngine } from '../../engine/index.ts';
import { ROOT } from '../../root.ts';
import { StepUnderTest } from '../files/index.ts';
import { allChecks, loadDefinition, pageOf } from './all-checks.ts';
import type { Step } from './check.ts';
import type { Verdict } from './report.ts';
import { type Result, type RunHooks, runChecks } from './run-checks.ts';
import { findStep } from './steps.ts';
import { verdictOf } from './verdict.ts';

export interface VerifyOptions {
  /** 1 to 5. */
  number: number;
  /** Judge the solution instead of the learner's folder. */
  solution?: boolean;
  /** Judge any folder that is laid out like the step. */
  dir?: string | undefined;
  /** Only the checks of files, which need no Docker and answer at once. */
  static?: boolean;
  /** With `static`: also the checks that run the step's own program on this machine. They need no Docker either. */
  local?: boolean;
  /** Leave the containers up for the next run. */
  keep?: boolean;
  signal?: AbortSignal | undefined;
  onStart?: (start: { number: number; title: string; directory: string }) => void;
  onResult?: (result: Result) => void;
}

/** One step, ready to be judged once or many times. */
export interface Session {
  step: StepUnderTest;
  definition: Step;
  /** May be called again. With hooks, checks whose earlier result holds are not run again. */
  judge(hooks?: Pick<RunHooks, 'earlier' | 'isStale'>): Promise<Verdict>;
}

/**
 * Judges one step, and leaves nothing running unless `keep` says so.
 *
 * @throws MachineFault when there is no such step, or the machine is in the way
 */
export async function verify(options: VerifyOptions): Promise<Verdict> {
  const session = await openSession(options);
  try {
    return await session.judge();
  } finally {
    // What a check was in the middle of is of no use to the next run.
    await (options.signal?.aborted ? session.step.remove() : session.step.dispose());
  }
}

export async function openSession(options: VerifyOptions): Promise<Session> {
  const { number, keep = false, signal, onStart, onResult } = options;
  const id = findStep(number);
  const directory = resolve(
    options.dir ?? join(ROOT, options.solution ? 'solutions' : 'steps', id),
  );
  const shown = relative(process.cwd(), directory).replaceAll('\\', '/') || '.';
  // The checks always come from the solution: a learner's copy may have been edited.
  const definition = await loadDefinition(id);
  const { title } = definition;

  const step = new StepUnderTest(directory);
  const unwanted = options.static ? ['live', ...(options.local ? [] : ['local'])] : [];
  const checks = allChecks(definition, { keep, signal }).filter(
    ({ kind }) => !unwanted.includes(kind),
  );
  let engine: Promise<unknown> | undefined;
  const beforeLive = () => {
    engine ??= ensureEngine();
    return engine;
  };
  const judge: Session['judge'] = async (hooks) => {
    onStart?.({ number, title, directory: shown });
    step.forget();
    const results = await runChecks(checks, step, {
      ...{ onResult, beforeLive, page: pageOf(number), signal },
      ...hooks,
    });
    return verdictOf({ step: id, number, title, directory: shown }, results, step, !options.static);
  };
  return { step, definition, judge };
}
