import { diskFault, Fault, MachineFault, moreAbout } from '../../engine/index.ts';
import { CheckFailure, CheckSkipped, type Finding, type StepUnderTest } from '../files/index.ts';
import type { Check } from './check.ts';

/** What became of one check. */
export interface Result {
  id: string;
  title: string;
  kind: Check['kind'];
  task?: number;
  outcome: 'passed' | 'failed' | 'skipped' | 'not run';
  /** How long it took, in seconds. */
  seconds: number;
  finding?: Finding;
  /** Why it was skipped or not run. */
  reason?: string;
  /** Where Troubleshooting speaks about what failed or was skipped, as a path from the repository's root. */
  more?: string;
  /** It was not run again, because nothing that it asks has been touched since. */
  cached?: true;
}

export interface RunOptions {
  /** Has the earlier result of a check where it still holds. The check is then not run again. */
  cache?: { get(check: Check): Promise<Result | undefined> } | undefined;
  /** The page of Troubleshooting that lists these checks: "step-3". */
  page?: string;
  /** Aborted by Ctrl-C. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs checks and yields their results in their order. A check whose need has not passed is not run; a live one needs
 * all that are not, and are not separate.
 *
 * @throws MachineFault at once: the machine is never called a wrong answer
 * @throws the signal's reason, as soon as it is aborted: what it cut short is never called one either
 */
export async function* runChecks(
  checks: Check[],
  step: StepUnderTest,
  { cache, page, signal }: RunOptions = {},
): AsyncGenerator<Result, void> {
  const results: Result[] = [];
  const started = new Map<Check, Promise<Result>>();
  const separate = checks.filter((check) => check.separate).map(({ id }) => id);
  /** The cache looks at what has changed, so it is asked about one check at a time, also for concurrent ones. */
  const start = async (check: Check): Promise<void> => {
    const unmet = unmetDependency(check, results, separate);
    const cached = unmet === undefined && (await cache?.get(check));
    const result = cached
      ? Promise.resolve({ ...cached, cached: true as const })
      : runCheck(check, step, unmet, { page, signal });
    // What it throws is thrown when its turn comes.
    result.catch(() => {});
    started.set(check, result);
  };
  try {
    for (const check of checks) {
      signal?.throwIfAborted();
      if (!started.has(check)) await start(check);
      const result = (await started.get(check)) as Result;
      results.push(result);
      yield result;
      for (const later of checks)
        if (later.concurrent && !started.has(later) && isReady(later, results)) await start(later);
    }
  } finally {
    await Promise.allSettled(started.values());
  }
}

/** The title of a need that has not passed; for a live check also of what has failed and costs the learner less time. */
const unmetDependency = (
  { kind, needs = [] }: Check,
  before: Result[],
  separate: string[],
): string | undefined =>
  before.find(
    ({ id, kind: other, outcome }) =>
      (outcome !== 'passed' && needs.includes(id)) ||
      (outcome === 'failed' && kind === 'live' && other !== 'live' && !separate.includes(id)),
  )?.title;

/** Has everything passed that it needs? */
const isReady = ({ needs = [] }: Check, results: Result[]): boolean =>
  needs.every((id) => results.some((one) => one.id === id && one.outcome === 'passed'));

async function runCheck(
  check: Check,
  step: StepUnderTest,
  unmet: string | undefined,
  { page, signal }: Pick<RunOptions, 'page' | 'signal'>,
): Promise<Result> {
  const { id, title, kind, task } = check;
  const start = performance.now();
  const end = (rest: Omit<Result, 'id' | 'title' | 'kind' | 'seconds'>): Result => ({
    id,
    title,
    kind,
    ...(task !== undefined && { task }),
    seconds: (performance.now() - start) / 1_000,
    ...rest,
  });

  if (unmet !== undefined) return end({ outcome: 'not run', reason: `needs: ${unmet}` });
  try {
    await check.run(step);
    return end({ outcome: 'passed' });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof MachineFault) throw error;
    if (OF_THE_DISK.test((error as NodeJS.ErrnoException).code ?? ''))
      throw diskFault(`"${title}" is not judged`, error);
    if (error instanceof CheckSkipped)
      return end({ outcome: 'skipped', reason: error.message, more: error.more });
    const more = page && { more: moreAbout(page, id) };
    const blamed = error instanceof CheckFailure && error.task ? { task: error.task } : {};
    return end({ outcome: 'failed', finding: findingOf(error), ...blamed, ...more });
  }
}

/** No file of a learner's is to blame for these. */
const OF_THE_DISK = /^(ENOSPC|EDQUOT|EROFS)$/;

/** What was expected when a check ends in another way than it foresees. */
export const OTHER_FAILURE = 'the containers to answer as the lesson says';

/** A wait that ran out, or a server that answered strangely, is the step's doing too. */
function findingOf(error: unknown): Finding {
  if (error instanceof CheckFailure) return error.finding;
  return {
    expected: OTHER_FAILURE,
    actual: (error as Error).message,
    where: 'docker-compose.yaml',
    hint: error instanceof Fault ? error.next : 'Look at the logs: docker compose logs --tail 20',
  };
}
