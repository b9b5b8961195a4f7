import { MachineFault, moreAbout } from '../../engine/index.ts';
import { CheckSkipped, type Finding, type StepUnderTest } from '../files/index.ts';
import type { Check } from './check.ts';
import { isReady, unmetDependency } from './dependencies.ts';
import { toFinding } from './to-finding.ts';

/** What became of one check. */
export interface Result {
  id: string;
  title: string;
  kind: Check['kind'];
  /** The task of the lesson that it judges. */
  task?: number;
  outcome: 'passed' | 'failed' | 'skipped' | 'not run';
  /** How long it took, in seconds. */
  seconds: number;
  /** Why it failed. */
  finding?: Finding;
  /** Why it was skipped or not run. */
  reason?: string;
  /** Where Troubleshooting speaks about what failed or was skipped, as a path from the repository's root. */
  more?: string;
  /** It was not run again, because nothing that it asks has been touched since. */
  asBefore?: true;
}

export interface RunHooks {
  /** Called after each check. */
  onResult?: ((result: Result) => void) | undefined;
  /** Awaited before each live check that is run. */
  beforeLive?: () => Promise<unknown>;
  /** The earlier result of a check, where it still holds. The check is then not run again. */
  earlier?: ((check: Check) => Promise<Result | undefined>) | undefined;
  /** True when nobody is interested any more, because something newer is to be judged. */
  isStale?: (() => boolean) | undefined;
  /** The page of Troubleshooting that lists these checks: "step-3". */
  page?: string;
  /** Aborted by Ctrl-C. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs checks one after the other. A check whose need has not passed is not run; a local one needs every
 * static one, a live one every static and every local one.
 *
 * @throws MachineFault at once: the machine is never called a wrong answer
 * @throws the signal's reason, as soon as it is aborted: what it cut short is never called one either
 */
export async function runChecks(
  checks: Check[],
  step: StepUnderTest,
  { onResult, beforeLive, earlier, isStale, page, signal }: RunHooks = {},
): Promise<Result[]> {
  const results: Result[] = [];
  const started = new Map<Check, Promise<Result>>();
  // One after the other, also for those that then run beside others: `earlier` looks at what has changed.
  const prepare = async (check: Check): Promise<() => Promise<Result>> => {
    const missing = unmetDependency(check, results);
    const held = missing ? undefined : await earlier?.(check);
    if (held) return async () => ({ ...held, asBefore: true });
    if (check.kind === 'live' && !missing) await beforeLive?.();
    return () => runCheck(check, step, { missing, page, signal });
  };
  const isNext = (one: Check) => one.beside && !started.has(one) && isReady(one, results);
  try {
    for (const check of checks) {
      if (isStale?.()) break;
      signal?.throwIfAborted();
      const result = await (started.get(check) ?? (await prepare(check))());
      results.push(result);
      onResult?.(result);
      for (const later of checks.filter(isNext)) {
        started.set(later, (await prepare(later))());
        // What it throws is thrown when its turn comes.
        started.get(later)?.catch(() => {});
      }
    }
    return results;
  } finally {
    await Promise.allSettled(started.values());
  }
}

async function runCheck(
  check: Check,
  step: StepUnderTest,
  { missing, page, signal }: Pick<RunHooks, 'page' | 'signal'> & { missing: string | undefined },
): Promise<Result> {
  const { id, title, kind, task } = check;
  const start = performance.now();
  const end = (rest: Pick<Result, 'outcome' | 'finding' | 'reason' | 'more'>): Result => ({
    id,
    title,
    kind,
    ...(task !== undefined && { task }),
    seconds: (performance.now() - start) / 1_000,
    ...rest,
  });

  if (missing) return end({ outcome: 'not run', reason: `needs: ${missing}` });
  try {
    await check.run(step);
    return end({ outcome: 'passed' });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MachineFault) throw error;
    if (error instanceof CheckSkipped)
      return end({ outcome: 'skipped', reason: error.message, more: error.more });
    const more = page && { more: moreAbout(page, id) };
    return end({ outcome: 'failed', finding: toFinding(error), ...more });
  }
}
