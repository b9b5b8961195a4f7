import { MachineFault } from '../engine/index.ts';
import { language, localized } from '../language.ts';
import { TIERS } from '../lessons/index.ts';
import { findStep } from '../verify/index.ts';
import { type Progress, readProgress, updateProgress } from './progress/index.ts';
import { findTasks, type LearnerTask } from './tasks.ts';

interface HintOptions {
  /** The number of a task; default: the first one that is not solved. */
  task?: string | undefined;
  /** Show again what was shown, and nothing more. */
  again?: boolean | undefined;
  say: (message: string) => void;
}

/** The next tier of the hint for one task, as text. Remembers that it was shown. @throws MachineFault */
export async function hint(
  root: string,
  number: number,
  { task: wanted, again = false, say }: HintOptions,
): Promise<string> {
  const id = findStep(number);
  const tasks = await findTasks(root, id);
  const before = readProgress(root, id, say);
  const task = wanted === undefined ? firstUnsolved(tasks, before) : tasks[Number(wanted) - 1];
  if (!task && wanted !== undefined) throw noSuchTask(number, wanted, tasks);
  if (!task) {
    const done = localized(
      `Every task of step ${number} is done, as far as can be seen.`,
      `就看得到的部分，第 ${number} 步的任務都完成了。`,
    );
    return `${done}\n\nnext: npm run verify:step-${number}`;
  }
  const known = before.hints[task.sentence] ?? 0;
  const shown = Math.min(again ? known : known + 1, task.tiers.length);
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
  const names = TIERS[language()];
  const tiers = task.tiers.slice(from, to).map((text, index) => {
    const [at, name] = [from + index + 1, names[from + index]];
    const title = localized(
      `Hint ${at} of ${names.length}: ${name}`,
      `提示 ${at}／${names.length}：${name}`,
    );
    return `${title}\n\n${text}\n`;
  });
  const following = names[to];
  const option = `npm run hint ${number} -- --task ${task.number}`;
  return [
    localized(
      `Step ${number}, task ${task.number} of ${count}: ${task.sentence}`,
      `第 ${number} 步，任務 ${task.number}／${count}：${task.sentence}`,
    ),
    ...(task.meaning ? [task.meaning] : []),
    `${localized('in', '在')} steps/${findStep(number)}/${task.todo ?? task.path}\n`,
    ...(tiers.length > 0 ? tiers : [localized('No hint was shown yet.\n', '還沒有顯示過提示。\n')]),
    following
      ? localized(
          `more: ${option}   (then comes: ${following})`,
          `more: ${option}   （接下來是：${following}）`,
        )
      : localized(
          `That was the last hint. The solution itself: npm run diff ${number}`,
          `這是最後一則提示。要看解答：npm run diff ${number}`,
        ),
    `next: npm run verify:step-${number}`,
  ].join('\n');
}

function noSuchTask(number: number, wanted: string, tasks: LearnerTask[]): MachineFault {
  const list = tasks
    .map((task) => `  ${task.number}  ${task.sentence}${task.meaning && `\n     ${task.meaning}`}`)
    .join('\n');
  return new MachineFault('no-such-task', { step: number, task: wanted, tasks: list });
}
