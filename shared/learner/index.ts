export { diffBetween, diffWithSolution } from './diff.ts';
export { hint } from './hint.ts';
export { currentStep, describeOverview, overview, type StepState } from './overview.ts';
export { recordVerdict } from './progress.ts';
