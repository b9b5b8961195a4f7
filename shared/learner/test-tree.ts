import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { STEPS } from '../verify/index.ts';

/** Small lessons by the real steps' names: greet, then serve, then watch. */
const [one = '', two = '', three = ''] = STEPS;
const TEXTS = {
  'README.md': '# A lesson\n',
  'hints.md': '# Hints\n',
  'step.test.ts': 'export {};\n',
};
const task = (sentence: string, solved: string) =>
  `// #region task: ${sentence}\n// #starter export const it = undefined;\n${solved}\n// #endregion\n`;
const LESSONS: Record<string, Record<string, string>> = {
  [one]: {
    ...TEXTS,
    'app/main.ts': task('greet', 'export const it = "hello";'),
    'app/port.txt': '8080\n',
  },
  [two]: { ...TEXTS, 'app/main.ts': 'export const it = "hello";\n', 'rules/a.yaml': 'a: 1\n' },
  [three]: { ...TEXTS, 'watch.ts': task('watch', 'export const it = 3;') },
};

export interface Workshop extends Disposable {
  root: string;
  /** A path in the repository. */
  at(...parts: string[]): string;
  /** Writes a file with all its folders. */
  write(path: string, content: string | Buffer, mode?: number): void;
}

/** A workshop of three small steps, none of them begun, in a folder of its own. */
export function smallWorkshop(parent = tmpdir()): Workshop {
  const root = mkdtempSync(join(parent, 'learner-'));
  const workshop: Workshop = {
    root,
    at: (...parts) => join(root, ...parts),
    write(path, content, mode) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      rmSync(join(root, path), { force: true });
      writeFileSync(join(root, path), content);
      if (mode !== undefined) chmodSync(join(root, path), mode);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  mkdirSync(join(root, 'steps'));
  for (const [id, files] of Object.entries(LESSONS))
    for (const [path, content] of Object.entries(files))
      workshop.write(`solutions/${id}/${path}`, content);
  return workshop;
}

/** Everything below a folder, byte for byte: path → kind, mode, content or the link's target. */
export function stateOf(folder: string): Record<string, string> {
  const state: Record<string, string> = {};
  const visit = (below: string): void => {
    const isThere = existsSync(join(folder, below));
    const names = isThere ? readdirSync(join(folder, below)).sort() : [];
    for (const name of names) {
      const path = join(below, name);
      const found = lstatSync(join(folder, path));
      const mode = (found.mode & 0o7777).toString(8);
      if (found.isSymbolicLink()) state[path] = `link to ${readlinkSync(join(folder, path))}`;
      else if (found.isDirectory()) {
        state[path] = `folder ${mode}`;
        visit(path);
      } else state[path] = `file ${mode} ${readFileSync(join(folder, path)).toString('base64')}`;
    }
  };
  visit('');
  return state;
}
