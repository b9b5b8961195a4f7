export type { ComposeFile, ComposeService } from './compose-file.ts';
export type { Build } from './compose-other-files.ts';
export { isYes, type Mount } from './compose-values.ts';
export {
  CheckFailure,
  CheckSkipped,
  describeValue,
  expectThat,
  type Finding,
  fail,
} from './finding.ts';
export { expectFlags, flagPlace, flagValue, hostPath, mountAt, placeNamed } from './mounts.ts';
export {
  findSettings,
  readSettings,
  refuseFolder,
  ruleFiles,
  type Settings,
  scrapeFiles,
} from './settings.ts';
export { isJunkFile, isSecret, StepFiles } from './step-files.ts';
export { StepUnderTest } from './step-under-test.ts';
export { findStrayCharacter } from './stray-characters.ts';
export {
  asList,
  expectList,
  isRecord,
  parseYaml,
  textsIn,
  valueAt,
  type YamlFile,
  type YamlPath,
} from './yaml-file.ts';
