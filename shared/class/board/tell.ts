import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readProgress } from '../../learner/progress/index.ts';
import { findStep, type Verdict } from '../../verify/runner/index.ts';
import { type Membership, readMembership } from './join.ts';
import type { Report } from './receiver/learners.ts';

const SENDER = join(import.meta.dirname, 'send.js');

/** Of the verdict's words nothing is sent: numbers only. */
export function tellVerdict(root: string, verdict: Verdict): void {
  const { step, number, solved, passed, results } = verdict;
  const task = results.find(({ outcome }) => outcome === 'failed')?.task ?? 0;
  tell(root, () => {
    const hints = shownHints(root, step);
    return { step: number, hints, task, passed, checks: results.length, solved };
  });
}

export const tellHint = (root: string, number: number): void =>
  tell(root, () => ({ step: number, hints: shownHints(root, findStep(number)) }));

const shownHints = (root: string, step: string): number =>
  Object.values(readProgress(root, step, () => {}).hints).reduce((sum, shown) => sum + shown, 0);

/** Who has not joined tells nothing. No trouble of the telling is one of the command. */
export function tell(root: string, report: () => Report): void {
  try {
    const membership = readMembership(root);
    if (membership) send(membership, report());
  } catch {}
}

/**
 * Hands the numbers to a process of its own, which nobody waits for: whether the board answers, late, or never, the
 * command ends when and as it would without.
 */
export function send(
  { address, token }: Pick<Membership, 'address' | 'token'>,
  report: Report,
): void {
  const child = spawn(process.execPath, [SENDER], {
    ...{ detached: true, stdio: 'ignore', windowsHide: true },
    // Unlike arguments, these are not shown to other users of the machine.
    env: { ...process.env, CLASS_REPORT: JSON.stringify({ address, token, report }) },
  });
  // A machine that can start no more programs has other worries.
  child.on('error', () => {});
  child.unref();
}
