/** The class board: each part is loaded only when it is asked for, and the sending one only where somebody has joined. */
export { BOARD_FAULTS } from './faults.ts';
export type { Board, BoardOptions } from './start.ts';

export const startBoard = async (...args: Parameters<typeof import('./start.ts').startBoard>) =>
  (await import('./start.ts')).startBoard(...args);
export const endBoard = async (project?: string) => (await import('./start.ts')).endBoard(project);
export const removeLearner = async (nickname: string, project?: string) =>
  (await import('./start.ts')).removeLearner(nickname, project);
export const describeBoard = async (board: import('./start.ts').Board) =>
  (await import('./start.ts')).describeBoard(board);
export const joinBoard = async (...args: Parameters<typeof import('./join.ts').join>) =>
  (await import('./join.ts')).join(...args);
/** A class at work on a board, for whoever measures it. */
export const simulate = async (...args: Parameters<typeof import('./simulate.ts').simulate>) =>
  (await import('./simulate.ts')).simulate(...args);
export const leaveBoard = async (root: string) => (await import('./join.ts')).leave(root);
export { tellHint, tellVerdict } from './tell.ts';
