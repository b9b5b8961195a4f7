import type { Verdict } from '../verify/index.ts';
import { updateProgress } from './progress.ts';

/** Keeps a verdict on the learner's own folder. A folder that is judged is no longer merely taken over. */
export function recordVerdict(root: string, verdict: Verdict, say: (words: string) => void): void {
  const { step, solved, contentHash, passed, failed, skipped, results } = verdict;
  const wrong = results.find(({ outcome }) => outcome === 'failed');
  updateProgress(
    root,
    step,
    ({ takenOver: _, ...before }) => ({
      ...before,
      verdict: {
        ...{ solved, judgedAt: new Date().toISOString(), contentHash, passed, failed, skipped },
        ...(wrong?.finding && { mend: mendOf(wrong, wrong.finding.where) }),
      },
    }),
    say,
  );
}

const mendOf = ({ title, task }: Verdict['results'][number], where: string) => ({
  ...{ title, where },
  ...(task !== undefined && { task }),
});
