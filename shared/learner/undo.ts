import { MachineFault, orDiskFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { STEPS, stepNumber } from '../verify/index.ts';
import { change, refuseUnfinished, unfinishedIn, whatWas } from './change.ts';
import { refuseElsewhere } from './lesson.ts';
import { withLocks } from './lock.ts';
import { isUnfinished, readSnapshot, type Snapshot, snapshots } from './snapshots.ts';

/**
 * Makes the steps of a snapshot what they were. What they are now is kept as a snapshot too.
 *
 * @param name of the snapshot; default: a command that was stopped halfway, else the last one not yet taken back
 * @returns what was done, as text
 * @throws MachineFault when it failed; then every step is what it was
 */
export async function undo(root: string, name?: string): Promise<string> {
  refuseElsewhere(root);
  const snapshot = name === undefined ? lastOf(snapshots(root)) : named(root, name);
  const { steps } = snapshot;
  const about = name === undefined ? { command: 'undo', takesBack: snapshot.name } : RESTORE;
  const changed = await orDiskFault(`"${about.command}" failed`, () =>
    withLocks(root, steps, async () => {
      const [first] = unfinishedIn(root, steps);
      if (first && first.name !== snapshot.name) refuseUnfinished(root, steps);
      return change(root, { ...about, steps, after: await readSnapshot(snapshot) });
    }),
  );
  const back = name === undefined ? `npm run undo -- ${changed.snapshot}` : 'npm run undo';
  const number = stepNumber(STEPS.find((id) => id === steps[0]) ?? STEPS[0] ?? '');
  return [
    localized(
      `Back to what was there before "${snapshot.command}", ${snapshot.name}`,
      `恢復成「${snapshot.command}」之前的樣子，${snapshot.name}`,
    ),
    ...steps.map((id) => `steps/${id}: ${changed.done.get(id)}`),
    whatWas(changed.snapshot, back),
    '',
    `next: npm run verify:step-${number}`,
  ].join('\n');
}

const RESTORE = { command: 'restore' };

/** The snapshots as a list, newest first, with what `undo` takes back next. */
export function listSnapshots(root: string): string {
  const all = snapshots(root);
  if (all.length === 0)
    return localized(
      'There is no snapshot yet: reset, goto and undo make them.\n\nnext: npm run verify:step-1',
      '還沒有快照：reset、goto 和 undo 會產生快照。\n\nnext: npm run verify:step-1',
    );
  const open = notTakenBack(all);
  const lines = all.reverse().map((snapshot) => {
    const mark = snapshot === open[0] ? '→' : ' ';
    const half = isUnfinished(snapshot);
    const steps = snapshot.steps.join(', ');
    const before = localized(
      `${steps} before "${snapshot.command}"${half ? ', which was stopped halfway' : ''}`,
      `「${snapshot.command}」之前的 ${steps}${half ? '，這個指令做到一半就停了' : ''}`,
    );
    return `${mark} ${snapshot.name}\n    ${before}`;
  });
  return [
    localized('Snapshots of your steps, newest first', '各步驟的快照，新的在前'),
    '',
    ...lines,
    '',
    localized('One of them: npm run undo -- NAME', '恢復其中一個：npm run undo -- NAME'),
    open[0]
      ? localized(
          'next: npm run undo   (takes back the one with the arrow)',
          'next: npm run undo   （恢復箭頭指的那一個）',
        )
      : 'next: npm run undo -- NAME',
  ].join('\n');
}

function lastOf(all: Snapshot[]): Snapshot {
  const last = notTakenBack(all)[0];
  if (last) return last;
  throw new MachineFault('nothing-to-take-back');
}

/** Those that `undo` without a name takes back, in its order: what was stopped halfway, then the newest. */
function notTakenBack(all: Snapshot[]): Snapshot[] {
  const takenBack = new Set<string>();
  const open = all.toReversed().filter(({ name, takesBack }) => {
    // An undo that was itself taken back counts no more.
    if (takenBack.has(name)) return false;
    if (takesBack) takenBack.add(takesBack);
    return takesBack === undefined;
  });
  return [...all.filter(isUnfinished), ...open];
}

function named(root: string, name: string): Snapshot {
  const all = snapshots(root);
  const found = all.find((snapshot) => snapshot.name === name);
  if (found) return found;
  throw new MachineFault('no-such-snapshot', { name, count: all.length });
}
