export { type Play, playRouting, type Source } from './play.ts';
export { report } from './report.ts';
export { readRunning } from './running.ts';
