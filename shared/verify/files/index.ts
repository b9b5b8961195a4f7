export type { ComposeFile, ComposeService } from './compose-file.ts';
export type { Mount } from './compose-values.ts';
export { expectList } from './expect-list.ts';
export { isJunkFile, isSecret } from './file-names.ts';
export { CheckFailure, CheckSkipped, expectThat, type Finding, fail } from './finding.ts';
export { flagValue, seenAt, settingsOf, settingsPath } from './mounted-settings.ts';
export {
  configPath,
  durationOf,
  fileBehind,
  flagOf,
  type Job,
  mountAt,
  readJobs,
} from './prometheus-files.ts';
export { prometheusSettings, ruleFiles } from './rule-files.ts';
export { StepFiles } from './step-files.ts';
export { StepUnderTest } from './step-under-test.ts';
export { parseYaml, valueAt, type YamlFile, type YamlPath } from './yaml-file.ts';
