export { type Check, defineStep, type Step } from './check.ts';
export { keptName } from './kept.ts';
export { quickSettings } from './quick-scrapes.ts';
export type { Verdict } from './report.ts';
export type { Result } from './run-checks.ts';
export { findStep, STEPS, stepNumber } from './steps.ts';
export { openSession, type Session, type VerifyOptions } from './verify.ts';
