export { makeBranches } from './branches.ts';
export { build } from './build.ts';
export { checkLessons } from './check.ts';
export { isLessonText, listFiles, read, writeChanged } from './files.ts';
export { describeFinding, type Finding } from './finding.ts';
export { HINTS, type Hint, readHints, TIERS } from './hints.ts';
export { makeLessons } from './make.ts';
export type { Lesson, Task } from './solution.ts';
