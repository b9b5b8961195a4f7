import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lesson } from '../lessons/index.ts';
import { findStep, STEPS, StepFiles, stepNumber } from '../verify/index.ts';
import { change, refuseUnfinished } from './change.ts';
import { orDiskFault } from './disk-fault.ts';
import { newFile } from './entry.ts';
import { lessonsOf, refuseElsewhere, solvedOf, starterOf } from './lesson.ts';
import { withLocks } from './lock.ts';
import { progressText, readProgress } from './progress/index.ts';
import type { Tree } from './tree.ts';

/** What is to become of one step. */
interface Plan {
  id: string;
  /** Undefined: it stays as it is. */
  after: Tree | undefined;
  words: string;
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
    const lessons = await lessonsOf(root, ids);
    return withLocks(root, ids, async () => {
      refuseUnfinished(root, ids);
      const plans = lessons.map((lesson) =>
        lesson.name === target
          ? planTarget(root, lesson)
          : planBefore(root, lesson, (words) => said.push(words)),
      );
      const steps = plans.flatMap(({ id, after }) => (after ? [id] : []));
      const after: Tree = new Map(plans.flatMap((plan) => [...(plan.after ?? [])]));
      if (steps.length === 0) return { plans };
      return { plans, changed: await change(root, { command, steps, after }) };
    });
  });
  const lines = plans.map(({ id, words }) => {
    const done = changed?.done.get(id);
    return `Step ${stepNumber(id)}: ${words}${done ? `, ${done}` : ''}`;
  });
  const kept = changed
    ? `What they were is kept as ${changed.snapshot}; take it back with: npm run undo`
    : 'Nothing had to be changed.';
  return [...said, ...lines, kept, '', `next: open steps/${target}/README.md`].join('\n');
}

function planBefore(root: string, lesson: Lesson, say: (words: string) => void): Plan {
  const id = lesson.name;
  const { verdict, ...progress } = readProgress(root, id, say);
  if (verdict?.solved && verdict.contentHash === hashOf(join(root, 'steps', id)))
    return { id, after: undefined, words: 'stays, you have solved it' };
  const text = progressText({ ...progress, takenOver: new Date().toISOString() });
  const after = solvedOf(lesson).set(`.workshop/progress/${id}.yaml`, newFile(Buffer.from(text)));
  return { id, after, words: 'the solution now' };
}

function planTarget(root: string, lesson: Lesson): Plan {
  const id = lesson.name;
  const folder = join(root, 'steps', id);
  const isBegun = existsSync(folder) && readdirSync(folder).length > 0;
  if (isBegun) return { id, after: undefined, words: 'stays as you have it' };
  return { id, after: starterOf(lesson), words: 'its starter' };
}

/** Undefined when there is no such folder. */
const hashOf = (folder: string): string | undefined =>
  existsSync(folder) ? new StepFiles(folder).contentHash() : undefined;
