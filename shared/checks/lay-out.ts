import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../root.ts';
import type { Edit, Fixture } from './fixtures.ts';

/**
 * A folder with the answer, laid out like the step in the repository. Dispose it to remove it.
 *
 * @throws Error when an edit no longer fits the solution
 */
export function layOut({ step, from, edits, name }: Fixture): Disposable & { directory: string } {
  const home = mkdtempSync(join(tmpdir(), `answer-${name}-`));
  const directory = join(home, 'steps', step);
  // The compose files of later steps build the Slack inbox from here.
  symlinkSync(join(ROOT, 'shared'), join(home, 'shared'));
  const source = { solution: `solutions/${step}`, starter: `steps/${step}`, nothing: undefined }[
    from
  ];
  if (source) cpSync(join(ROOT, source), directory, { recursive: true, filter: isCommitted });
  if (source) removeMarkers(directory);
  for (const edit of edits) applyEdit(edit, directory);
  return { directory, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
}

/** A solution that has run here has written its secrets. */
const isCommitted = (path: string): boolean => !/[\\/]secrets[\\/]\w+[\\/][^.]+$/.test(path);

/** The comments that mark a task in a solution are not part of anybody's answer. */
function removeMarkers(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(ts|ya?ml)$|Dockerfile$/.test(path)) continue;
    const text = readFileSync(path, 'utf8');
    const solved = text.replace(/^\s*(\/\/|#) #(region|endregion|starter|before)\b.*\n/gm, '');
    if (solved !== text) writeFileSync(path, solved);
  }
}

function applyEdit(edit: Edit, directory: string): void {
  if ('delete' in edit) {
    rmSync(join(directory, edit.delete), { recursive: true });
  } else if ('copy' in edit) {
    cpSync(join(ROOT, edit.copy), directory, { recursive: true });
  } else if ('rename' in edit) {
    cpSync(join(directory, edit.rename), join(directory, edit.to), { recursive: true });
    rmSync(join(directory, edit.rename), { recursive: true });
  } else if ('content' in edit) {
    mkdirSync(dirname(join(directory, edit.file)), { recursive: true });
    writeFileSync(join(directory, edit.file), edit.content);
  } else if ('base64' in edit) {
    writeFileSync(join(directory, edit.file), Buffer.from(edit.base64, 'base64'));
  } else if ('mode' in edit) {
    chmodSync(join(directory, edit.file), Number.parseInt(edit.mode, 8));
  } else {
    rewrite(join(directory, edit.file), edit);
  }
}

function rewrite(path: string, edit: Extract<Edit, { file: string }>): void {
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
