import { MachineFault } from '../engine/index.ts';
import { TIERS } from '../lessons/index.ts';
import { findStep } from '../verify/index.ts';
import { type Progress, readProgress, updateProgress } from './progress/index.ts';
import { type LearnerTask, tasksOf } from './tasks.ts';

export interface HintOptions {
  /** The number of a task; default: the first one that is not solved. */
  task?: number | undefined;
  /** Show again what was shown, and nothing more. */
  again?: boolean | undefined;
  say: (words: string) => void;
}

/** The next tier of the hint for one task, as text. Remembers that it was shown. @throws MachineFault */
export async function hint(
  root: string,
  number: number,
  { task: wanted, again = false, say }: HintOptions,
): Promise<string> {
  const id = findStep(number);
  const tasks = await tasksOf(root, id);
  const before = readProgress(root, id, say);
  const task = wanted === undefined ? firstUnsolved(tasks, before) : tasks[wanted - 1];
  if (!task && wanted !== undefined) throw noSuchTask(number, wanted, tasks);
  if (!task) {
    return `Every task of step ${number} is done, as far as can be seen.\n\nnext: npm run verify:step-${number}`;
  }
  const known = before.hints[task.sentence] ?? 0;
  const shown = Math.min(again ? known : known + 1, TIERS.length);
  const hints = { ...before.hints, [task.sentence]: shown };
  if (shown !== known) updateProgress(root, id, (it) => ({ ...it, hints }), say);
  // The first time a tier is shown it stands alone; when nothing is new, all that is known is shown again.
  const from = shown === known ? 0 : shown - 1;
  return describe(number, tasks.length, task, from, shown);
}

/** The first task whose TODO still stands, or with which the last verdict was not content. */
function firstUnsolved(tasks: LearnerTask[], { verdict }: Progress): LearnerTask | undefined {
  return tasks.find(({ todo, number }) => todo !== undefined || number === verdict?.fix?.task);
}

function describe(number: number, count: number, task: LearnerTask, from: number, to: number) {
  const tiers = TIERS.slice(from, to).map((tier, index) => {
    const title = `Hint ${from + index + 1} of ${TIERS.length}: ${tier}`;
    return `${title}\n\n${(task.tiers.get(tier) ?? '').trim()}\n`;
  });
  const following = TIERS[to];
  const option = `npm run hint ${number} -- --task ${task.number}`;
  return [
    `Step ${number}, task ${task.number} of ${count}: ${task.sentence}`,
    `in steps/${findStep(number)}/${task.todo ?? task.path}\n`,
    ...(tiers.length > 0 ? tiers : ['No hint was shown yet.\n']),
    following
      ? `more: ${option}   (then comes: ${following})`
      : `That was the last hint. The solution itself: npm run diff ${number}`,
    `next: npm run verify:step-${number}`,
  ].join('\n');
}

function noSuchTask(number: number, wanted: number, tasks: LearnerTask[]): MachineFault {
  const list = tasks.map((task) => `  ${task.number}  ${task.sentence}`).join('\n');
  return new MachineFault('no-such-task', { step: number, task: wanted, tasks: list });
}
