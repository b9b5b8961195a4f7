import type { Learner } from './learners.ts';

/** Who has not been heard of for so long is away, not stuck. Seconds. The alert rule says the same. */
const AWAY_AFTER = 3_600;

/** What the page shows of a learner. */
export interface Shown {
  nickname: string;
  state: 'stuck' | 'works' | 'solved' | 'joined' | 'away';
  step?: number;
  task?: number;
  passed?: number;
  checks?: number;
  hints: number;
  /** Since the last progress. */
  minutes: number;
}

/** @param now in milliseconds since 1970 @param stuckAfter in seconds */
export function shown(learner: Learner, now: number, stuckAfter: number): Shown {
  const { nickname, report, progressAt, seenAt } = learner;
  const { solved, hints = 0, ...numbers } = report ?? {};
  const idle = (now - progressAt) / 1_000;
  const state = (): Shown['state'] => {
    if (now - seenAt >= AWAY_AFTER * 1_000) return 'away';
    if (!report) return 'joined';
    if (solved) return 'solved';
    return idle > stuckAfter ? 'stuck' : 'works';
  };
  return { nickname, state: state(), ...numbers, hints, minutes: Math.floor(idle / 60) };
}
