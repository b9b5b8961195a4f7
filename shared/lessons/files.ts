import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJunkFile, isSecret } from '../verify/index.ts';

/** What every lesson has. */
export const LESSON_TEXTS = ['README.md', 'hints.md', 'step.test.ts'];

/** Does it belong to one step: copied to its starter as it is, never carried to the next step? Translations do too. */
export const isLessonText = (path: string) => LESSON_TEXTS.includes(path.replace('.zh-TW.', '.'));

/** Lists the files that the learner creates from nothing. Stays in the solution. */
export const STARTER_IGNORE = '.starterignore';

/**
 * Every file below a folder, as sorted paths from that folder, with `/` on every system. Never a generated secret,
 * never what others put there. A folder that does not exist is empty.
 */
export async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await entries(join(folder, below))) {
      const path = below + entry.name;
      if (isJunkFile(entry.name)) continue;
      if (entry.isDirectory()) await visit(`${path}/`);
      if (entry.isFile() && !isSecret(path)) files.push(path);
    }
  };
  await visit('');
  return files.sort();
}

const entries = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error) => unlessMissing(error, []));

/** The content, with `\n` at the ends of lines whatever Git made of them; undefined when there is no such file. */
export async function read(path: string): Promise<Buffer | undefined> {
  const content = await readFile(path).catch((error) => unlessMissing(error, undefined));
  // A zero byte stands in pictures and the like, never in text.
  if (!content || content.includes(0)) return content;
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** Writes those that are not like this yet. @returns their paths from `root` */
export async function writeChanged(
  root: string,
  files: [path: string, content: Buffer][],
): Promise<string[]> {
  const written: string[] = [];
  for (const [path, content] of files) {
    if ((await read(join(root, path)))?.equals(content)) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    written.push(path);
  }
  return written;
}

function unlessMissing<T>(error: NodeJS.ErrnoException, instead: T): T {
  if (error.code === 'ENOENT') return instead;
  throw error;
}
