import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { language } from '../language.ts';
import { build, HINTS, type Hint, readHints, type Task, TIERS } from '../lessons/index.ts';

/** One task of a step, and how far the learner is with it. */
export interface LearnerTask extends Pick<Task, 'sentence' | 'path'> {
  /** From 1, in the order of the lesson. */
  number: number;
  /** Where its TODO still stands: "app/metrics.ts:14", "app/metrics.ts (missing)"; undefined when it is gone. */
  todo: string | undefined;
  /** The sentence in the learner's language, where that is not the sentence's own. */
  meaning: string;
  /** The text of each tier, from the least to the most. */
  tiers: string[];
}

/** The tasks of a step, in the order of the lesson. */
export async function findTasks(root: string, id: string): Promise<LearnerTask[]> {
  const { lessons } = await build(root);
  const lesson = lessons.find(({ name }) => name === id);
  const spoken = lesson?.starter.has(HINTS[language()]) ? language() : 'en';
  const hints = readHints(lesson?.starter.get(HINTS[spoken])?.content.toString() ?? '');
  const aboutTask = (hint?: Hint) => ({
    meaning: spoken === 'en' ? '' : (hint?.top.trim() ?? ''),
    tiers: TIERS[spoken].map((tier) => hint?.tiers.get(tier)?.trim() ?? ''),
  });
  return (lesson?.tasks ?? []).map((task, index) => ({
    number: index + 1,
    sentence: task.sentence,
    path: task.path,
    todo: todoOf(join(root, 'steps', id), task),
    ...aboutTask(hints.find(({ text }) => text === task.sentence)),
  }));
}

function todoOf(folder: string, { path, sentence }: Task): string | undefined {
  const file = join(folder, path);
  if (!existsSync(file)) return `${path} (missing)`;
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    // Docker makes a folder where a mounted file does not exist.
    return `${path} (a folder, or not yours to read)`;
  }
  const line = lines.findIndex((text) => text.includes(`TODO: ${sentence}`));
  return line < 0 ? undefined : `${path}:${line + 1}`;
}
