export { type Play, type Played, playRules } from './play-rules.ts';
export { promtoolShell, writing } from './tool.ts';
