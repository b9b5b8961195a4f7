import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import type { Answer } from './fixtures.ts';

/** The comments that mark a task in a solution are not part of anybody's answer. */
export function removeMarkers(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(ts|ya?ml)$|Dockerfile$/.test(path)) continue;
    const text = readFileSync(path, 'utf8');
    const solved = text.replace(/^\s*(\/\/|#) #(region|endregion|starter|before)\b.*\n/gm, '');
    if (solved !== text) writeFileSync(path, solved);
  }
}

/** @throws Error when the edit no longer fits the solution */
export function applyEdit(edit: Answer['edits'][number], directory: string): void {
  if ('delete' in edit) {
    rmSync(join(directory, edit.delete), { recursive: true });
  } else if ('copy' in edit) {
    cpSync(join(ROOT, edit.copy), directory, { recursive: true });
  } else if ('rename' in edit) {
    cpSync(join(directory, edit.rename), join(directory, edit.to), { recursive: true });
    rmSync(join(directory, edit.rename), { recursive: true });
  } else if ('content' in edit) {
    writeFileSync(join(directory, edit.file), edit.content);
  } else if ('base64' in edit) {
    writeFileSync(join(directory, edit.file), Buffer.from(edit.base64, 'base64'));
  } else {
    rewrite(join(directory, edit.file), edit);
  }
}

function rewrite(path: string, edit: Extract<Answer['edits'][number], { file: string }>): void {
  const text = readFileSync(path, 'utf8');
  if ('windowsLineEnds' in edit) writeFileSync(path, text.replaceAll('\n', '\r\n'));
  if (!('replace' in edit)) return;
  const count = text.split(edit.replace).length - 1;
  if (count !== 1) throw new Error(`${edit.file} has ${count} times, not once: ${edit.replace}`);
  writeFileSync(
    path,
    text.replace(edit.replace, () => edit.with),
  );
}
