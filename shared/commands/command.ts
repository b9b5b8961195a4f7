import { join } from 'node:path';
import { Fault } from '../engine/index.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Runs with the words after the command's name.
 *
 * @param signal aborted by Ctrl-C; the command then cleans up and ends
 * @returns the exit code
 */
export type Command = (words: string[], signal: AbortSignal) => Promise<number>;

export type Commands = Record<string, Command>;

export const asJson = (document: object): string => JSON.stringify(document, null, 2);

/** With --json a fault is a JSON document too. */
export function orJson(json: boolean) {
  return (error: unknown): never => {
    if (json && error instanceof Fault) {
      console.log(asJson({ ok: false, error: error.message, next: error.next }));
    }
    throw error;
  };
}
