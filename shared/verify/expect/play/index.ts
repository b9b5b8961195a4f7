export { type Play, type Played, playRules } from './play-rules.ts';
export { promtoolShell } from './tool.ts';
