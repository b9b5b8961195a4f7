import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '../engine/index.ts';
import { localized } from '../language.ts';
import { ROOT } from '../root.ts';

export { ROOT } from '../root.ts';

/**
 * Runs with the arguments after the command's name.
 *
 * @param signal aborted by Ctrl-C; the command then cleans up and ends
 * @returns the exit code
 */
export type Command = (args: string[], signal: AbortSignal) => Promise<number>;

export type Commands = Record<string, Command>;

/** The step that is named; without one, the step that the learner is at. */
export async function numberIn([word]: string[]): Promise<number> {
  if (word !== undefined) return Number(word);
  const { currentStep, overview } = await import('../learner/index.ts');
  return currentStep(await overview(ROOT, console.error));
}

/** The class board, for those who have joined one. Nothing of it is loaded for others. */
export const joinedBoard = async () =>
  existsSync(join(ROOT, '.workshop', 'class.json')) ? import('../class/board/index.ts') : undefined;

/** The arguments that are no options. @throws an error like those of parseArgs when there are more */
export function atMost(count: number, args: string[]): string[] {
  if (args.length <= count) return args;
  const message = localized(
    `There is a word too many: ${args[count]}`,
    `多了一個詞：${args[count]}`,
  );
  throw misuse(message);
}

/** The words of a command that takes no options. @throws an error like those of parseArgs when there are more */
export const wordsIn = (args: string[], most: number): string[] =>
  atMost(most, parseArgs({ args, allowPositionals: true }).positionals);

/** An error like those of parseArgs: the usage is printed with it. */
export const misuse = (problem: string): Error =>
  Object.assign(new Error(problem), { code: 'ERR_PARSE_ARGS_MISUSE' });

/** @returns the exit code */
export function refuse(problem: string): number {
  console.error(problem);
  return 2;
}

export const asJson = (document: object): string => JSON.stringify(document, null, 2);

/** With --json a fault is a JSON document too. */
export function orJson(json: boolean) {
  return (error: unknown): never => {
    if (json && error instanceof Fault) {
      const { message, next, more } = error;
      console.log(asJson({ ok: false, error: message, next, more }));
    }
    throw error;
  };
}

/** Options that npm keeps for itself where `--` is forgotten; some versions of PowerShell swallow it. */
const FLAGS = [
  'again',
  'end',
  'fail',
  'keep',
  'list',
  'once',
  'quick',
  'solution',
  'static',
  'watch',
  'write',
];
const WITH_VALUE = ['address', 'alertmanager', 'config', 'dir', 'remove', 'runs', 'stack', 'task'];

/**
 * The arguments as they were meant. npm hands an option that it has kept on as a variable, and without `=` its value as the
 * last word: `npm run hint 2 --task 3` becomes `hint 2 3` with `npm_config_task=true`.
 */
export function withNpmOptions(args: string[], env: NodeJS.ProcessEnv = process.env): string[] {
  const meant = [...args];
  for (const name of WITH_VALUE) {
    const value = env[`npm_config_${name}`];
    // What this process starts is not meant.
    delete env[`npm_config_${name}`];
    const given = value === 'true' ? meant.pop() : value;
    if (value && given !== undefined) meant.push(`--${name}`, given);
  }
  for (const name of FLAGS) {
    if (env[`npm_config_${name}`]) meant.push(`--${name}`);
    delete env[`npm_config_${name}`];
  }
  return meant;
}

/** npm runs everything in the root; a path is meant as seen from the folder in which it was typed. */
export function whereTyped(path: string): string {
  if (isAbsolute(path)) return path;
  const typed = relative(process.cwd(), resolve(process.env.INIT_CWD ?? '', path));
  return existsSync(typed) ? typed : path;
}
