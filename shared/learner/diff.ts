import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { orDiskFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { build, isLessonText, listFiles, read } from '../lessons/index.ts';
import { findStep } from '../verify/index.ts';
import { findTasks } from './tasks.ts';

/** Path from the step's folder → content. */
type Tree = Map<string, Buffer>;

/** What differs between the learner's step and its solution: the TODOs that are left, then each file. */
export async function diffWithSolution(root: string, number: number): Promise<string> {
  const id = findStep(number);
  const folder = join(root, 'steps', id);
  const mine: Tree = new Map();
  await orDiskFault(`"diff ${number}" failed`, async () => {
    for (const path of await listFiles(folder)) {
      const content = await read(join(folder, path));
      if (content) mine.set(path, content);
    }
  });
  const tasks = await findTasks(root, id);
  const todos = tasks.flatMap(({ todo, sentence, meaning }) =>
    todo ? [`  ${todo}\n      ${sentence}${meaning && `\n      ${meaning}`}`] : [],
  );
  const patches = compare(mine, await solvedTree(root, id), await readingOrder(root, id));
  return [
    localized(
      `Step ${number}: from yours (-) to the solution (+)`,
      `第 ${number} 步：從你的（-）到解答（+）`,
    ),
    todos.length
      ? `\n${localized('Still to do', '還沒做的')}\n${todos.join('\n')}`
      : localized('\nNo TODO is left.', '\n沒有剩下的 TODO。'),
    ...patches,
    patches.length ? '' : localized('\nYours equals the solution.\n', '\n你的和解答一樣。\n'),
    `next: npm run verify:step-${number}`,
  ].join('\n');
}

/** What one step's solution adds to another's. */
export async function diffBetween(root: string, from: number, to: number): Promise<string> {
  const [one, other] = [findStep(from), findStep(to)];
  const order = await readingOrder(root, other);
  const patches = compare(await solvedTree(root, one), await solvedTree(root, other), order);
  const title = localized(
    `From step ${from}, solved (-), to step ${to}, solved (+)`,
    `從第 ${from} 步的解答（-）到第 ${to} 步的解答（+）`,
  );
  return [title, ...patches].join('\n');
}

async function solvedTree(root: string, id: string): Promise<Tree> {
  const { lessons } = await build(root);
  const solved = lessons.find(({ name }) => name === id)?.solved ?? new Map();
  return new Map([...solved].map(([path, { content }]) => [path, content]));
}

/** The files of a step's tasks, in the order of the lesson. */
const readingOrder = async (root: string, id: string): Promise<string[]> => [
  ...new Set((await findTasks(root, id)).map(({ path }) => path)),
];

/** A patch for each file that differs: first those of the tasks, then the others by name. */
function compare(from: Tree, to: Tree, order: string[]): string[] {
  const others = [...new Set([...from.keys(), ...to.keys()])].filter(
    (path) => !order.includes(path),
  );
  return [...order, ...others.sort()].flatMap((path) => {
    const [before, after] = [from.get(path), to.get(path)];
    if (isLessonText(path) || (before && after?.equals(before))) return [];
    if (!before && !after) return [];
    if (before?.includes(0) || after?.includes(0))
      return [`\n${path}${localized(': not text, and it differs', '：不是文字檔，內容不同')}`];
    const name = before
      ? after
        ? path
        : path + localized(', only in the first', '，只在前者')
      : path + localized(', only in the second', '，只在後者');
    const patch = createTwoFilesPatch(path, path, `${before ?? ''}`, `${after ?? ''}`);
    return [`\n${name}\n${patch.split('\n').slice(4).join('\n').trimEnd()}`];
  });
}
