export type { Decision } from './explain.ts';
export { type Play, type PlayedCase, playRouting, type Source } from './play.ts';
export { report } from './report.ts';
export { readRunning } from './running.ts';
export type { Outcome } from './table.ts';
