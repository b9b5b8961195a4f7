/** The class board. What joining and telling do not need is loaded only when it is asked for. */
export { join as joinBoard, leave as leaveBoard } from './join.ts';
export type { Board } from './start.ts';
export { tellHint, tellVerdict } from './tell.ts';

export const startBoard = async (...args: Parameters<typeof import('./start.ts').startBoard>) =>
  (await import('./start.ts')).startBoard(...args);
export const endBoard = async (project?: string) => (await import('./start.ts')).endBoard(project);
export const removeLearner = async (nickname: string, project?: string) =>
  (await import('./start.ts')).removeLearner(nickname, project);
export const describeBoard = async (board: import('./start.ts').Board) =>
  (await import('./start.ts')).describeBoard(board);
/** A class at work on a board, for whoever measures it. */
export const simulate = async (...args: Parameters<typeof import('./simulate.ts').simulate>) =>
  (await import('./simulate.ts')).simulate(...args);
