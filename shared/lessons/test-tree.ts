import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeLessons } from './make.ts';

/** Without the library of a browser, which is most of what the compiler would read. */
const compilerOptions = { strict: true, types: [], lib: ['es5'], skipLibCheck: true };
const tsconfig = { compilerOptions, include: ['steps'] };

const hint = (task: string) =>
  `## ${task}\n\n### Nudge\n\nLook.\n\n### Concept\n\nThink.\n\n### Almost the code\n\nType.\n`;

/** Two small lessons in which nothing is wrong. */
const LESSONS: Record<string, string> = {
  'tsconfig.json': JSON.stringify(tsconfig),

  'solutions/01-greet/README.md': '# Greet\n\nNow greet by\nname.\n',
  'solutions/01-greet/hints.md': hint('greet by name'),
  'solutions/01-greet/step.test.ts': 'export {};\n',
  'solutions/01-greet/greet.ts': `// #region task: greet by name
// #starter export const greet = (_name: string) => 'Nobody is greeted.';
export const greet = (name: string) => \`Hello \${name}\`;
// #endregion
`,
  'solutions/01-greet/settings.yaml': 'port: 8080\nname: greeter\n',

  'solutions/02-host/README.md': '# Host\n\nFirst list the guests, then set the host.\n',
  'solutions/02-host/hints.md': hint('set the host') + hint('list the guests'),
  'solutions/02-host/step.test.ts': 'export {};\n',
  'solutions/02-host/.starterignore': '# From nothing.\nguests.txt  # task: list the guests\n',
  'solutions/02-host/guests.txt': 'Ada\n',
  'solutions/02-host/settings.yaml': `port: 8080
# #region task: set the host
host: localhost
# #endregion
# #region given: the name of this step
# #before name: greeter
name: host
# #endregion
`,
};

export interface LessonTree extends AsyncDisposable {
  root: string;
  /** Writes files; undefined deletes one. */
  change(files: Record<string, string | undefined>): Promise<void>;
  text(path: string): Promise<string>;
}

/** A repository with two small lessons, made, in a folder of its own. */
export async function lessonTree(): Promise<LessonTree> {
  const root = await mkdtemp(join(tmpdir(), 'lessons-'));
  const tree: LessonTree = {
    root,
    async change(files) {
      for (const [path, content] of Object.entries(files)) {
        const target = join(root, path);
        await mkdir(dirname(target), { recursive: true });
        if (content === undefined) await rm(target);
        else await writeFile(target, content);
      }
    },
    text: (path) => readFile(join(root, path), 'utf8'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await tree.change(LESSONS);
  await makeLessons(root);
  return tree;
}

/** The text with `from` replaced, which must be there. */
export function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no "${from}" in:\n${text}`);
  return text.replace(from, () => to);
}
