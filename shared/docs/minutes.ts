import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Finding } from '../lessons/index.ts';
import { checkAgenda } from './agenda.ts';
import { checkLesson, readingMinutes } from './lesson-minutes.ts';
import { checkOverview, checkTable } from './page-minutes.ts';

const FILE = 'docs/instructor/minutes.yaml';
const AGENDA = 'instructor/agenda.md';

const whole = z.int().nonnegative();
const Minutes = z.strictObject({
  words_per_minute: whole,
  steps: z.record(
    z.string(),
    z.strictObject({
      reading: whole,
      measured: z.strictObject({ minutes: whole, verdicts: whole, hints: whole }),
      planned: whole,
    }),
  ),
  agendas: z.array(
    z.strictObject({
      name: z.string(),
      total: whole,
      steps: z.record(z.string(), z.union([whole, z.literal('full')])),
    }),
  ),
});

export type Minutes = z.infer<typeof Minutes>;
export type Step = Minutes['steps'][string];
export type Agenda = Minutes['agendas'][number];

/**
 * Compares the minutes of docs/instructor/minutes.yaml with every page of the repository in `root` that says some: the
 * lessons, the agendas, the home page, the printed overview; in English and, where it is there, in Chinese.
 *
 * @returns what does not fit; nothing when all agree
 */
export async function checkMinutes(root: string): Promise<Finding[]> {
  const read = (file: string) =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined;
  const text = read(FILE);
  if (text === undefined)
    return [{ file: FILE, line: 1, problem: 'this file is missing', remedy: 'write it' }];
  const { data, error } = Minutes.safeParse(parseDocument(text).toJS());
  if (!data) {
    const remedy = 'give it the keys that shared/docs/minutes.ts names';
    return error.issues.map(({ path, message }) => {
      return { file: FILE, line: 1, problem: `${path.join('.')}: ${message}`, remedy };
    });
  }

  const lessons = Object.entries(data.steps).flatMap(([id, step]) => {
    const english = read(`solutions/${id}/README.md`) ?? '';
    const chinese = read(`solutions/${id}/README.zh-TW.md`);
    return [
      ...checkStep(text, id, step, readingMinutes(english, data.words_per_minute)),
      ...checkLesson(`solutions/${id}`, step, english, chinese),
    ];
  });
  const pages = ['docs/', 'docs/zh-TW/'].flatMap((folder) => [
    ...checkAgenda(`${folder}${AGENDA}`, read(`${folder}${AGENDA}`), data),
    ...[`${folder}index.md`, `${folder}${AGENDA}`].flatMap((file) =>
      checkTable(file, read(file), data),
    ),
    ...checkOverview(`${folder}first-ten-minutes.md`, read(`${folder}first-ten-minutes.md`), data),
  ]);
  return [...lessons, ...pages];
}

/** The step's own entry: its reading time is the computed one, and the plan has room for it. */
function checkStep(text: string, id: string, step: Step, reading: number): Finding[] {
  const at = { file: FILE, line: text.split('\n').indexOf(`  ${id}:`) + 1 };
  const findings: Finding[] = [];
  if (step.reading !== reading)
    findings.push({
      ...at,
      problem: `reading ${id} takes ${step.reading} minutes here, ${reading} by its words`,
      remedy: `write reading: ${reading}, and think again about planned`,
    });
  if (step.planned < reading + step.measured.minutes)
    findings.push({
      ...at,
      problem: `${id} is planned in ${step.planned} minutes, too few to read and type it`,
      remedy: `plan at least ${reading + step.measured.minutes}`,
    });
  return findings;
}
