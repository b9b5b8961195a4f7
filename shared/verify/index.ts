export * from './files/step-files.ts';
export { StepUnderTest } from './files/step-under-test.ts';
export { allChecks } from './runner/all-checks.ts';
export type { Check } from './runner/check.ts';
export { describeResult, openLesson } from './runner/report.ts';
export { OTHER_FAILURE } from './runner/run-checks.ts';
export { removeKept } from './runner/stack-starts.ts';
export * from './runner/steps.ts';
export { computeVerdict } from './runner/verify.ts';
