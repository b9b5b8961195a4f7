export { type Play, type Played, playRules } from './play-rules.ts';
export { toolShell } from './tool.ts';
