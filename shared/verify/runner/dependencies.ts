import type { Check } from './check.ts';
import type { Result } from './run-checks.ts';

/** Each kind needs all checks of the kinds before it, because those cost the learner less time. */
const BEFORE: Record<Check['kind'], Check['kind'][]> = {
  static: [],
  local: ['static'],
  live: ['static', 'local'],
};

/** The title of a need that has not passed. */
export function unmetDependency({ kind, needs = [] }: Check, before: Result[]): string | undefined {
  return before.find(
    (earlier) =>
      earlier.outcome !== 'passed' &&
      (needs.includes(earlier.id) || BEFORE[kind].includes(earlier.kind)),
  )?.title;
}

/** Has everything passed that it needs? */
export const isReady = ({ needs = [] }: Check, results: Result[]): boolean =>
  needs.every((id) => results.some((one) => one.id === id && one.outcome === 'passed'));
