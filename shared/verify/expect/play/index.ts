export { expectRulesLoad } from './loads.ts';
export { type Play, playRules } from './play-rules.ts';
export { isActive, minutes, settingsAt } from './time-intervals.ts';
export { toolShell } from './tool.ts';
export { expectUnitTests, type Mutant } from './unit-tests.ts';
