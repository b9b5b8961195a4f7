export { allChecks, definitionOf, pageOf } from './all-checks.ts';
export {
  type Check,
  CheckSkipped,
  defineStep,
  expectThat,
  type Finding,
  fail,
  type Step,
} from './check.ts';
export type { ComposeFile, ComposeService } from './compose-file.ts';
export type { Mount } from './compose-values.ts';
export { isLitter, isSecret } from './file-names.ts';
export { OTHER_FAILURE } from './finding-of.ts';
export { dashboardFiles } from './grafana-dashboards.ts';
export { removeKept } from './kept.ts';
export { parseMetrics, type Sample } from './metrics-text.ts';
export { describeEnd, describeResult, headline, type Verdict } from './report.ts';
export type { Result } from './run-checks.ts';
export { StepFiles } from './step-files.ts';
export { StepUnderTest } from './step-under-test.ts';
export { findStep, STEPS } from './steps.ts';
export { type VerifyOptions, verify } from './verify.ts';
export { watch } from './watch.ts';
export type { YamlFile } from './yaml-file.ts';
