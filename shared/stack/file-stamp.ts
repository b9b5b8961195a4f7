import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Some characters that change when one of these files or folders does: its paths, sizes and times. */
export async function stampOf(paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of [path, ...(await below(path))]) {
      const found = await stat(file).catch(() => undefined);
      if (!found?.isDirectory()) hash.update(`${file} ${found?.size} ${found?.mtimeMs}\n`);
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** All below a folder, without installed packages; none below a file, or where this may not be seen. */
async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter(({ name }) => name !== 'node_modules')
    .map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...(await below(path))] : [path];
    });
  return (await Promise.all(paths)).flat().sort();
}
