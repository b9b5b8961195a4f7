export { hintForMissing } from './build-causes.ts';
export { explainStart } from './causes.ts';
export * from './check.ts';
export { describeEvent, type Verdict } from './report.ts';
export type { Result } from './run-checks.ts';
export { replacedFiles } from './stack-starts.ts';
export { findStep, STEPS, stepNumber } from './steps.ts';
export * from './verify.ts';
