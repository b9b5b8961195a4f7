export type { ComposeFile, ComposeService } from './compose-file.ts';
export { interpolate } from './compose-other-files.ts';
export { isYes, type Mount } from './compose-values.ts';
export { isJunkFile, isSecret } from './file-names.ts';
export { CheckFailure, CheckSkipped, expectThat, type Finding, fail } from './finding.ts';
export { flagValue, hostPath, mountAt } from './mounts.ts';
export { ruleFiles } from './rule-files.ts';
export { findSettings, readSettings, type Settings } from './settings.ts';
export { StepFiles } from './step-files.ts';
export { StepUnderTest } from './step-under-test.ts';
export {
  asList,
  expectList,
  isRecord,
  parseYaml,
  valueAt,
  type YamlFile,
  type YamlPath,
} from './yaml-file.ts';
