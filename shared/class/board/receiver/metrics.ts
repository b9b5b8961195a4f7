import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Learner, Learners } from './learners.ts';

/** What each learner's series are made of. A learner without a number has no series. */
const SERIES: [name: string, help: string, of: (learner: Learner) => number | undefined][] = [
  ['step', 'The step that a learner is in', ({ report }) => report?.step],
  ['task', 'The first task that is not done; 0 where none is', ({ report }) => report?.task],
  ['checks_passed', 'Checks that passed in the last verdict', ({ report }) => report?.passed],
  ['checks', 'Checks of the last verdict', ({ report }) => report?.checks],
  ['hints', 'Hints of this step that were shown', ({ report }) => report?.hints],
  [
    'solved',
    '1 when the last verdict found the step solved',
    ({ report }) => report && Number(report.solved ?? false),
  ],
  [
    'last_progress_timestamp_seconds',
    "Since when the minutes without progress count, by the board's clock",
    ({ progressAt }) => progressAt / 1_000,
  ],
  [
    'last_seen_timestamp_seconds',
    "When something was heard of a learner, by the board's clock",
    ({ seenAt }) => seenAt / 1_000,
  ],
];

/** What Prometheus reads. The only label that a learner chooses is a nickname that was accepted. */
export function boardMetrics(learners: Learners, stuckAfter: number) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  for (const [name, help, of] of SERIES) {
    new Gauge({
      ...{ name: `class_${name}`, help, labelNames: ['learner'], registers },
      collect() {
        this.reset();
        for (const learner of learners.all) {
          const value = of(learner);
          if (value !== undefined) this.set({ learner: learner.nickname }, value);
        }
      },
    });
  }
  new Gauge({
    ...{ name: 'class_learners', help: 'Learners on the board', registers },
    collect() {
      this.set(learners.all.length);
    },
  });
  const limit = 'After so many seconds without progress a learner is stuck';
  new Gauge({ name: 'class_stuck_after_seconds', help: limit, registers }).set(stuckAfter);
  const responses = new Counter({
    ...{ name: 'class_board_responses_total', help: 'Requests of learners, by what they got' },
    ...{ labelNames: ['status_code'], registers },
  });
  return { registry, responses };
}
