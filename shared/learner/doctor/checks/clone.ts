import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBJECTS } from '../catalogue.ts';
import { ok } from '../finding.ts';
import type { Check } from '../machine.ts';

/** May this user change what a learner works on? Nothing is written; on Windows only the read-only mark is seen. */
export const writable: Check = async ({ root }) => {
  const places = ['', '.workshop', 'steps', ...below(root, 'steps')];
  const locked = places
    .filter((place) => existsSync(join(root, place)))
    .filter((place) => !mayWrite(join(root, place)));
  if (locked.length === 0) return ok(root);
  const [first, ...others] = locked;
  const more = others.length ? ` and ${others.length} more` : '';
  return SUBJECTS['clone.writable'].readOnly({ paths: `${join(root, first ?? '')}${more}` });
};

/** Files of the steps with Windows line endings: every line of them would differ from the solution's. */
export const lineEndings: Check = async ({ root, ask }) => {
  const crlf = below(root, 'steps', 'file').filter((path) => {
    const content = orNothing(() => readFileSync(join(root, path)));
    return content?.includes('\r\n') && !content.includes(0);
  });
  if (crlf.length === 0) return ok('LF in every file of steps/');
  const { stdout } = await ask('git', '-C', root, 'config', 'core.autocrlf');
  const [first = ''] = crlf;
  const files = crlf.length === 1 ? first : `${first} and ${crlf.length - 1} more`;
  const paths = crlf.map((path) => (path.includes(' ') ? `"${path}"` : path)).join(' ');
  return SUBJECTS['clone.line-endings'].crlf({ files, setting: stdout || 'not set', paths });
};

/** Paths below a folder, from the root; none when the folder cannot be read. */
function below(root: string, folder: string, kind: 'file' | 'any' = 'any'): string[] {
  const entries = orNothing(() => readdirSync(join(root, folder), { withFileTypes: true })) ?? [];
  return entries
    .filter(({ name }) => name !== 'node_modules' && name !== '.git')
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      const itself = kind === 'any' || entry.isFile() ? [path] : [];
      return entry.isDirectory() ? [...itself, ...below(root, path, kind)] : itself;
    });
}

const mayWrite = (path: string): boolean =>
  orNothing(() => accessSync(path, constants.W_OK) ?? true) ?? false;

/** Undefined where the file system refuses. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
