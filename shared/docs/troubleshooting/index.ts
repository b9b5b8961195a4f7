import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CHINESE } from '../../language.ts';
import { type Finding, read, writeChanged } from '../../lessons/index.ts';
import { buildPages, ENGLISH, SOURCES } from './pages.ts';

const REMEDY = 'npm run docs:make';

/** What is missing for the pages, and those that are not as they have to be. Changes nothing. */
export async function checkTroubleshooting(root: string, sources = SOURCES): Promise<Finding[]> {
  const { pages, findings } = await buildPages(root, sources);
  for (const [file, text] of pages) {
    const actual = `${(await read(join(root, file))) ?? ''}`;
    if (actual === text) continue;
    const [wanted, there] = [text.split('\n'), actual.split('\n')];
    const line = wanted.findIndex((text, index) => text !== there[index]) + 1;
    findings.push({ file, line: line || 1, problem: 'is not what the code says', remedy: REMEDY });
  }
  for (const folder of [ENGLISH, CHINESE]) {
    const names = await readdir(join(root, folder)).catch(() => []);
    const stray = names.filter((name) => name.endsWith('.md') && !pages.has(`${folder}/${name}`));
    for (const name of stray)
      findings.push({
        ...{ file: `${folder}/${name}`, line: 1 },
        problem: 'a page that nothing makes',
        remedy: 'delete it',
      });
  }
  return findings;
}

/** Writes the pages that are not as they have to be. @returns their paths from the root */
export async function makeTroubleshooting(root: string): Promise<string[]> {
  const { pages } = await buildPages(root);
  return writeChanged(
    root,
    [...pages].map(([file, text]) => [file, Buffer.from(text)]),
  );
}
