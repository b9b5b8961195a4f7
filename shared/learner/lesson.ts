import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MachineFault } from '../engine/index.ts';
import { build, isLessonText, type Lesson } from '../lessons/index.ts';
import { putFile, type Tree } from './tree.ts';

/** @throws MachineFault when this is no clone of the workshop */
export function refuseElsewhere(root: string): void {
  if (existsSync(join(root, 'steps')) && existsSync(join(root, 'solutions'))) return;
  throw new MachineFault('not-a-clone', { folder: root });
}

/** The lessons of these steps. @throws MachineFault when a solution was removed or its markers cannot be understood */
export async function readLessons(root: string, ids: string[]): Promise<Lesson[]> {
  const { lessons } = await build(root);
  return ids.map((id) => {
    const lesson = lessons.find(({ name }) => name === id);
    if (lesson && lesson.broken.length === 0) return lesson;
    const problem = lesson?.broken[0]?.problem ?? 'it is missing';
    throw new MachineFault('solution-changed', { step: id, problem });
  });
}

/** What the learner starts from. */
export const starterOf = ({ name, starter }: Lesson): Tree => toTree(name, [...starter]);

/** The step solved, with the texts of its lesson. */
export const solvedOf = ({ name, starter, solved }: Lesson): Tree =>
  toTree(name, [...solved, ...[...starter].filter(([path]) => isLessonText(path))]);

function toTree(id: string, files: [path: string, file: { content: Buffer }][]): Tree {
  const tree: Tree = new Map();
  for (const [path, { content }] of files) putFile(tree, id, path, content);
  return tree;
}
