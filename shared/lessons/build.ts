import { join } from 'node:path';
import { WrongResult } from '../engine/index.ts';
import { stepNumber, stepsAmong } from '../verify/index.ts';
import { listFiles, read } from './files.ts';
import { describeFinding } from './finding.ts';
import { type Lesson, type LessonFile, readSolution } from './solution.ts';

/** Where npm finds its scripts. */
const NPM = 'package.json';

/** Everything that the hand-written files determine. Nothing is written yet. */
export interface Build {
  lessons: Lesson[];
  /** Every generated file, by its path from the root: all of steps/, what solutions/ inherit, and npm's scripts. */
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
  const npm = await read(join(root, NPM));
  if (npm) generated.set(NPM, withScripts(npm.toString(), lessons));
  return { lessons, generated };
}

/** The settings of npm with a script `verify:step-N` for each step, where the first one stands. */
function withScripts(text: string, lessons: Lesson[]): LessonFile {
  const { scripts, ...settings } = JSON.parse(text);
  const isVerdict = ([name]: [string, unknown]) => /^verify:step-\d+$/.test(name);
  const all = Object.entries(scripts);
  const at = all.findIndex(isVerdict);
  const verdicts = lessons.map(({ name }): [string, unknown] => {
    const number = stepNumber(name);
    return [`verify:step-${number}`, `node shared/start.js verify ${number}`];
  });
  const others = all.filter((script) => !isVerdict(script));
  const made = { ...settings, scripts: Object.fromEntries(others.toSpliced(at, 0, ...verdicts)) };
  return { content: Buffer.from(`${JSON.stringify(made, null, 2)}\n`), origin: 'solutions/' };
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
  const lessons = stepsAmong([...new Set(files.map((path) => path.split('/')[0] ?? ''))]);
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
