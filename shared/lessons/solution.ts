import { STARTER_IGNORE } from './files.ts';
import type { Finding } from './finding.ts';
import { BrokenMarker } from './markers.ts';
import { readFileOf } from './solution-file.ts';

/** Something that the learner does. */
export interface Task {
  /** What, never how. The heading of its hint in hints.md. */
  sentence: string;
  /** Where it is marked, from the root. */
  file: string;
  line: number;
  /** The file that the learner edits or creates, from the step's folder. */
  path: string;
}

export interface LessonFile {
  content: Buffer;
  /** The hand-written file that it is, or is made from, as a path from the root. */
  origin: string;
}

/** One step, as its solution determines it. Paths are relative to the step's folder. */
export interface Lesson {
  /** `02-prometheus` */
  name: string;
  /** In the order in which the lesson's text names them. */
  tasks: Task[];
  /** The finished step, without markers and without the lesson's texts. The next step inherits it. */
  solved: Map<string, LessonFile>;
  /** Everything that the learner starts from. */
  starter: Map<string, LessonFile>;
  /** The files of the solution that come from the step before. */
  inherited: string[];
  /** Markers that cannot be understood: what the step is made of is not known. */
  broken: Finding[];
  /** Differences to the step before, outside the regions. */
  differences: Finding[];
}

/**
 * Reads one solution.
 *
 * @param onDisk its files
 * @param before the step before, whose files it inherits
 */
export function readSolution(name: string, onDisk: Map<string, Buffer>, before?: Lesson): Lesson {
  const lesson: Lesson = {
    name,
    tasks: [],
    solved: new Map(),
    starter: new Map(),
    inherited: [],
    broken: [],
    differences: [],
  };
  const paths = new Set([...(before?.solved.keys() ?? []), ...onDisk.keys()]);
  paths.delete(STARTER_IGNORE);
  for (const path of paths) {
    collectBroken(lesson, () =>
      readFileOf(lesson, path, onDisk.get(path), before?.solved.get(path)),
    );
  }
  const ignore = onDisk.get(STARTER_IGNORE);
  if (ignore) collectBroken(lesson, () => leaveOut(lesson, ignore.toString(), before));
  const text = onOneLine(onDisk.get('README.md'));
  lesson.tasks.sort((a, b) => text.indexOf(a.sentence) - text.indexOf(b.sentence));
  return lesson;
}

/** A lesson's text, in which a task's sentence is found however the lines were broken. Empty where there is none. */
export const onOneLine = (text?: Buffer): string =>
  (text?.toString() ?? '').replaceAll(/\s+/g, ' ');

/** Takes out of the starter what the learner creates from nothing. */
function leaveOut(lesson: Lesson, starterIgnore: string, before?: Lesson): void {
  const file = `solutions/${lesson.name}/${STARTER_IGNORE}`;
  for (const { path, sentence, line } of parseStarterIgnore(file, starterIgnore)) {
    const broken = (problem: string, remedy: string) =>
      lesson.broken.push({ file, line, problem, remedy });
    if (!lesson.starter.delete(path))
      broken(`${path} is not a file of this solution`, 'name a file that is, or remove the line');
    else if (before?.solved.has(path))
      broken(`${path} exists since the step before`, 'mark a region in it instead');
    lesson.tasks.push({ sentence, file, line, path });
  }
}

/**
 * Reads a `.starterignore`: one file a line with its task, `grafana/dashboards/web.json  # task: …`.
 * Empty lines and lines that begin with `#` do not count.
 *
 * @param file its own path, for messages
 * @throws BrokenMarker
 */
function parseStarterIgnore(file: string, text: string) {
  return text.split(/\r?\n/).flatMap((content, index) => {
    if (content.trim() === '' || content.startsWith('#')) return [];
    const line = index + 1;
    const [, path, sentence] = content.match(/^(\S+)\s+# task:\s*(\S.*?)\s*$/) ?? [];
    if (path && sentence) return { path, sentence, line };
    throw new BrokenMarker({
      file,
      line,
      problem: 'a file without a task',
      remedy: `write: ${content.split('#')[0]?.trim()}  # task: …`,
    });
  });
}

function collectBroken(lesson: Lesson, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof BrokenMarker)) throw error;
    lesson.broken.push(error.finding);
  }
}
