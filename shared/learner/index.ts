export { diffBetween, diffWithSolution } from './diff.ts';
export { hint } from './hint.ts';
export { describeOverview, nextOf, overview, type StepState } from './overview.ts';
export { recordVerdict } from './progress.ts';
