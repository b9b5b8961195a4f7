import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Finding } from '../lessons/index.ts';
import { stepsAmong } from '../verify/index.ts';
import { readLesson, type Step } from './lesson-minutes.ts';
import { checkAgenda, checkOverview, checkTable } from './page-minutes.ts';

const FILE = 'docs/instructor/minutes.yaml';
const AGENDA = 'instructor/agenda.md';

const whole = z.int().nonnegative();
const Plan = z.strictObject({
  words_per_minute: whole,
  typing: z.record(z.string(), whole),
  agendas: z.array(
    z.strictObject({
      name: z.string(),
      total: whole,
      steps: z.record(z.string(), z.union([whole, z.literal('full')])),
    }),
  ),
});

export type Plan = z.infer<typeof Plan>;
export type Agenda = Plan['agendas'][number];

/** The agendas, and by their ids the steps whose lessons say their minutes. */
export interface Minutes {
  agendas: Agenda[];
  steps: Record<string, Step>;
}

/**
 * Compares the minutes of the lessons, and the plan in docs/instructor/minutes.yaml, with every page of the repository in
 * `root` that says some: the agendas, the home page, the printed overview; in English and, where it is there, in Chinese.
 *
 * @returns what does not fit; nothing when all agree
 */
export async function checkMinutes(root: string): Promise<Finding[]> {
  const read = (file: string) =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined;
  const text = read(FILE);
  if (text === undefined)
    return [{ file: FILE, line: 1, problem: 'this file is missing', remedy: 'write it' }];
  const { data: plan, error } = Plan.safeParse(parseDocument(text).toJS());
  if (!plan) {
    const remedy = 'give it the keys that shared/docs/minutes.ts names';
    return error.issues.map(({ path, message }) => {
      return { file: FILE, line: 1, problem: `${path.join('.')}: ${message}`, remedy };
    });
  }

  const lessons = stepsAmong(readdirSync(join(root, 'solutions'))).map((id) => {
    const english = read(`solutions/${id}/README.md`) ?? '';
    const chinese = read(`solutions/${id}/README.zh-TW.md`);
    return [id, readLesson(id, english, chinese, plan)] as const;
  });
  const steps = lessons.flatMap(([id, { step }]) => (step ? [[id, step] as const] : []));
  const data = { agendas: plan.agendas, steps: Object.fromEntries(steps) };
  const pages = ['docs/', 'docs/zh-TW/'].flatMap((folder) => [
    ...checkAgenda(`${folder}${AGENDA}`, read(`${folder}${AGENDA}`), data),
    ...[`${folder}index.md`, `${folder}${AGENDA}`].flatMap((file) =>
      checkTable(file, read(file), data),
    ),
    ...checkOverview(`${folder}first-ten-minutes.md`, read(`${folder}first-ten-minutes.md`), data),
  ]);
  return [...lessons.flatMap(([, { findings }]) => findings), ...pages];
}
