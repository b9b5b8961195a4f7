export { type Play, type Played, playRules } from './play-rules.ts';
export { isActive, minutes, settingsAt } from './time-intervals.ts';
export { toolShell } from './tool.ts';
