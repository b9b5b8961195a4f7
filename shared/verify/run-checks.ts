import { MachineFault, moreAbout } from '../engine/index.ts';
import { type Check, CheckSkipped, type Finding } from './check.ts';
import { findingOf } from './finding-of.ts';
import type { StepUnderTest } from './step-under-test.ts';

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
  /** Called once, before the first live check that is run. */
  beforeLive?: () => Promise<unknown>;
  /** The earlier result of a check, where it still holds. The check is then not run again. */
  earlier?: ((check: Check) => Promise<Result | undefined>) | undefined;
  /** True when nobody is interested any more, because something newer is to be judged. */
  isStale?: (() => boolean) | undefined;
  /** The page of Troubleshooting that lists these checks: "step-3". */
  page?: string;
}

/**
 * Runs checks one after the other. A check whose need has not passed is not run; a local one needs every
 * static one, a live one every static and every local one.
 *
 * @throws MachineFault at once: the machine is never called a wrong answer
 */
export async function runChecks(
  checks: Check[],
  step: StepUnderTest,
  { onResult, beforeLive, earlier, isStale, page }: RunHooks = {},
): Promise<Result[]> {
  const results: Result[] = [];
  let prepared = false;
  for (const check of checks) {
    if (isStale?.()) break;
    const missing = whatIsMissing(check, results);
    const held = missing ? undefined : await earlier?.(check);
    if (check.kind === 'live' && !missing && !held && !prepared) {
      await beforeLive?.();
      prepared = true;
    }
    const result: Result = held
      ? { ...held, asBefore: true }
      : await runCheck(check, step, missing, page);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

async function runCheck(
  check: Check,
  step: StepUnderTest,
  missing?: string,
  page?: string,
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
    if (error instanceof MachineFault) throw error;
    if (error instanceof CheckSkipped)
      return end({ outcome: 'skipped', reason: error.message, more: error.more });
    const more = page && { more: moreAbout(page, id) };
    return end({ outcome: 'failed', finding: findingOf(error), ...more });
  }
}

/** Each kind needs all checks of the kinds before it, because those cost the learner less time. */
const BEFORE: Record<Check['kind'], Check['kind'][]> = {
  static: [],
  local: ['static'],
  live: ['static', 'local'],
};

/** The title of a need that has not passed. */
function whatIsMissing({ kind, needs = [] }: Check, before: Result[]): string | undefined {
  return before.find(
    (earlier) =>
      earlier.outcome !== 'passed' &&
      (needs.includes(earlier.id) || BEFORE[kind].includes(earlier.kind)),
  )?.title;
}
