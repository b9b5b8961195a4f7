export { type Branch, makeBranches } from './branches.ts';
export { checkLessons } from './check.ts';
export { describeFinding, type Finding } from './finding.ts';
export { type Made, makeLessons } from './make.ts';
