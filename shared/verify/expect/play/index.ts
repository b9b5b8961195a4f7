export { expectRulesLoad } from './loads.ts';
export { type Play, type Played, playRules } from './play-rules.ts';
export { promtoolShell } from './tool.ts';
export { expectUnitTests, type Mutant } from './unit-tests.ts';
