import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orDiskFault } from '../engine/index.ts';
import { localized } from '../language.ts';
import type { Lesson } from '../lessons/index.ts';
import { findStep, openLesson, STEPS, StepFiles, stepNumber } from '../verify/index.ts';
import { change, refuseUnfinished, whatWas } from './change.ts';
import { newFile } from './entry.ts';
import { readLessons, refuseElsewhere, solvedOf, starterOf } from './lesson.ts';
import { withLocks } from './lock.ts';
import { progressText, readProgress } from './progress/index.ts';
import type { Tree } from './tree.ts';

/** What is to become of one step. */
interface Plan {
  id: string;
  /** Undefined: it stays as it is. */
  after: Tree | undefined;
  message: string;
}

/**
 * Jumps to a step: those before it become their solutions, except what the learner has solved, and the step itself
 * becomes its starter if there is nothing of it yet. A snapshot keeps what is replaced.
 *
 * @returns what was done, as text
 * @throws MachineFault when it failed; then every step is what it was
 */
export async function goTo(root: string, number: number): Promise<string> {
  const target = findStep(number);
  const ids = STEPS.slice(0, STEPS.indexOf(target) + 1);
  const command = `goto ${number}`;
  refuseElsewhere(root);
  const said: string[] = [];
  const { plans, changed } = await orDiskFault(`"${command}" failed`, async () => {
    const lessons = await readLessons(root, ids);
    return withLocks(root, ids, async () => {
      refuseUnfinished(root, ids);
      const plans = lessons.map((lesson) =>
        lesson.name === target
          ? planTarget(root, lesson)
          : planBefore(root, lesson, (message) => said.push(message)),
      );
      const steps = plans.flatMap(({ id, after }) => (after ? [id] : []));
      const after: Tree = new Map(plans.flatMap((plan) => [...(plan.after ?? [])]));
      if (steps.length === 0) return { plans };
      return { plans, changed: await change(root, { command, steps, after }) };
    });
  });
  const lines = plans.map(({ id, message }) => {
    const done = changed?.done.get(id);
    const number = stepNumber(id);
    return localized(
      `Step ${number}: ${message}${done ? `, ${done}` : ''}`,
      `第 ${number} 步：${message}${done ? `，${done}` : ''}`,
    );
  });
  const kept = changed
    ? whatWas(changed.snapshot)
    : localized('Nothing had to be changed.', '沒有東西需要更改。');
  return [...said, ...lines, kept, '', `next: ${openLesson(target)}`].join('\n');
}

function planBefore(root: string, lesson: Lesson, say: (message: string) => void): Plan {
  const id = lesson.name;
  const { verdict, ...progress } = readProgress(root, id, say);
  if (verdict?.solved && verdict.contentHash === hashOf(join(root, 'steps', id)))
    return {
      id,
      after: undefined,
      message: localized('stays, you have solved it', '保持原狀，你已經完成它'),
    };
  const text = progressText({ ...progress, takenOver: new Date().toISOString() });
  const after = solvedOf(lesson).set(`.workshop/progress/${id}.yaml`, newFile(Buffer.from(text)));
  return { id, after, message: localized('the solution now', '現在是解答') };
}

function planTarget(root: string, lesson: Lesson): Plan {
  const id = lesson.name;
  const folder = join(root, 'steps', id);
  const isBegun = existsSync(folder) && readdirSync(folder).length > 0;
  if (isBegun)
    return { id, after: undefined, message: localized('stays as you have it', '保持你現在的樣子') };
  return { id, after: starterOf(lesson), message: localized('its starter', '它的起點') };
}

/** Undefined when there is no such folder. */
const hashOf = (folder: string): string | undefined =>
  existsSync(folder) ? new StepFiles(folder).contentHash() : undefined;
