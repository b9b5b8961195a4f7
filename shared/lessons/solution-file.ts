import { isLessonText } from './files.ts';
import { commentOf } from './markers.ts';
import {
  asBefore,
  asSolved,
  asStarter,
  isRegion,
  type Line,
  parseRegions,
  render,
} from './regions.ts';
import type { Lesson, LessonFile } from './solution.ts';

/**
 * Adds one file to the lesson.
 *
 * @param path from the step's folder
 * @param own its content on disk; undefined when it is not there
 * @param before the same file of the step before, solved
 * @throws BrokenMarker
 */
export function readFileOf(lesson: Lesson, path: string, own?: Buffer, before?: LessonFile): void {
  const origin = `solutions/${lesson.name}/${path}`;
  if (own && isLessonText(path)) {
    lesson.starter.set(path, { content: own, origin });
    return;
  }
  const parts = own && commentOf(path) ? parseRegions(origin, own.toString()) : [];
  const regions = parts.filter(isRegion);
  if (regions.length === 0) {
    // Without a region it is the file of the step before, where there is one.
    if (before) lesson.inherited.push(path);
    const file = before ?? { content: own as Buffer, origin };
    lesson.solved.set(path, file);
    lesson.starter.set(path, file);
    return;
  }
  for (const { kind, text, start } of regions) {
    if (kind === 'task')
      lesson.tasks.push({ sentence: text, file: origin, line: start.number, path });
  }
  lesson.solved.set(path, { content: Buffer.from(render(asSolved(parts))), origin });
  lesson.starter.set(path, { content: Buffer.from(render(asStarter(parts, path))), origin });
  if (before) compareWithBefore(lesson, origin, asBefore(parts), before);
}

/** Outside its regions, a file must be what the step before left. */
function compareWithBefore(lesson: Lesson, file: string, lines: Line[], before: LessonFile): void {
  const expected = before.content.toString().split('\n');
  const texts = lines.map(({ text }) => text);
  const at = firstDifference(texts, expected);
  if (at === undefined) return;
  const line = (lines[at] ?? lines.at(-1))?.number ?? 1;
  const ended = at >= expected.length - 1;
  const there = ended ? 'has no more lines' : `has "${expected[at]?.trim()}"`;
  lesson.differences.push({
    file,
    line,
    problem: `differs from the step before outside the regions: there ${before.origin} ${there}`,
    remedy: 'undo the difference, make it in both files, or put it into a region',
  });
}

/** The index of the first line in which two texts differ; undefined when they are the same. */
export function firstDifference(one: string[], other: string[]): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return index;
  return undefined;
}
