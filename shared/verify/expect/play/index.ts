export { expectRulesLoad } from './loads.ts';
export { type AlertCase, type Outcome, playAlerts } from './play-alerts.ts';
export { type Play, type Played, playRules } from './play-rules.ts';
export { toolShell } from './tool.ts';
export { expectUnitTests, type Mutant } from './unit-tests.ts';
