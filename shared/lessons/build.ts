import { join } from 'node:path';
import { WrongResult } from '../engine/index.ts';
import { listFiles, read } from './files.ts';
import { describeFinding } from './finding.ts';
import { type Lesson, type LessonFile, readSolution } from './solution.ts';

/** Everything that the hand-written files determine. Nothing is written yet. */
export interface Build {
  lessons: Lesson[];
  /** Every generated file, by its path from the root: all of steps/, and what solutions/ inherit. */
  generated: Map<string, LessonFile>;
}

/** Computes every generated file from the hand-written ones in `root`/solutions. */
export async function build(root: string): Promise<Build> {
  const lessons: Lesson[] = [];
  const generated = new Map<string, LessonFile>();
  for (const name of await lessonNames(root)) {
    const folder = `solutions/${name}`;
    const lesson = readSolution(name, await readAll(join(root, folder)), lessons.at(-1));
    lessons.push(lesson);
    for (const path of lesson.inherited)
      generated.set(`${folder}/${path}`, lesson.solved.get(path) as LessonFile);
    for (const [path, file] of lesson.starter) generated.set(`steps/${name}/${path}`, file);
  }
  return { lessons, generated };
}

/**
 * @param command what to run again
 * @throws WrongResult that names every marker that cannot be understood
 */
export function refuseBroken(lessons: Lesson[], command: string): void {
  const broken = lessons.flatMap((lesson) => lesson.broken);
  if (broken.length === 0) return;
  const list = broken.map(describeFinding).join('\n');
  throw new WrongResult(list, `Fix what is named above, then: ${command}`);
}

/** The steps in their order: `01-app`, `02-prometheus`, … @throws WrongResult when there is none */
async function lessonNames(root: string): Promise<string[]> {
  const files = await listFiles(join(root, 'solutions'));
  const names = new Set(files.map((path) => path.split('/')[0] ?? ''));
  const lessons = [...names].filter((name) => /^\d\d-/.test(name));
  if (lessons.length > 0) return lessons;
  throw new WrongResult(
    `${join(root, 'solutions')} holds no lesson. Expected a folder such as 01-app.`,
    'Run this in a clone of the workshop',
  );
}

async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const path of await listFiles(folder)) {
    const content = await read(join(folder, path));
    if (content) files.set(path, content);
  }
  return files;
}
