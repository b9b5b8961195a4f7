import { orDiskFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { findStep, openLesson } from '../verify/index.ts';
import { change, refuseUnfinished, whatWas } from './change.ts';
import { readLessons, refuseElsewhere, starterOf } from './lesson.ts';
import { withLock } from './lock.ts';

/**
 * Starts a step over: its folder becomes the starter, and its progress is forgotten. A snapshot keeps both.
 *
 * @returns what was done, as text
 * @throws MachineFault when it failed; then the step is what it was
 */
export async function reset(root: string, number: number): Promise<string> {
  const id = findStep(number);
  const command = `reset ${number}`;
  refuseElsewhere(root);
  const { done, snapshot } = await orDiskFault(`"${command}" failed`, async () => {
    const starters = (await readLessons(root, [id])).flatMap((lesson) => [...starterOf(lesson)]);
    return withLock(root, id, () => {
      refuseUnfinished(root, [id]);
      return change(root, { command, steps: [id], after: new Map(starters) });
    });
  });
  return [
    localized(
      `Step ${number}: the starter again, ${done.get(id)}`,
      `第 ${number} 步：回到起點，${done.get(id)}`,
    ),
    whatWas(snapshot),
    '',
    `next: ${openLesson(id)}`,
  ].join('\n');
}
