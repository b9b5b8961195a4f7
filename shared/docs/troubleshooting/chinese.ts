import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHINESE, chineseSources } from '../../language.ts';
import type { Finding } from '../../lessons/index.ts';
import type { Section } from './section.ts';

const texts = z.record(
  z.string(),
  z.strictObject({
    /** The English title that the text was written for. */
    title: z.string(),
    text: z.string(),
  }),
);

/** A Chinese text, and where it stands. */
interface Entry {
  title: string;
  text: string;
  file: string;
  line: number;
}

/** What is said in Chinese about the sections of one page, by their ids, and where the two do not fit. */
export function chineseTexts(
  root: string,
  page: string,
  sections: Section[],
): [Map<string, Entry>, Finding[]] {
  const known = new Map(chineseSources(page).flatMap((file) => readTexts(root, file)));
  const findings = sections.flatMap(({ id, title }): Finding[] => {
    const entry = known.get(id);
    if (entry?.title === title) return [];
    if (entry) {
      const problem = `the Chinese text was written for another title of ${id}`;
      return [findingAt(entry, problem, `see that it fits, then write title: ${title}`)];
    }
    const start = { file: `${CHINESE}/${page}.yaml`, line: 1 };
    return [findingAt(start, `there is no Chinese text for ${id}`, `write one for: ${title}`)];
  });
  const stray = [...known].filter(([id]) => !sections.some((section) => section.id === id));
  const strayFindings = stray.map(([id, entry]) =>
    findingAt(entry, `a text for ${id}, which ${page} does not have`, 'delete it'),
  );
  return [known, [...findings, ...strayFindings]];
}

/** @throws Error when the file is there and not of that form */
function readTexts(root: string, file: string): [id: string, Entry][] {
  if (!existsSync(join(root, file))) return [];
  const source = readFileSync(join(root, file), 'utf8');
  const lines = source.split('\n');
  return Object.entries(texts.parse(parse(source))).map(([id, entry]) => [
    id,
    { ...entry, file, line: lines.findIndex((line) => line.startsWith(`${id}:`)) + 1 },
  ]);
}

const findingAt = (
  { file, line }: { file: string; line: number },
  problem: string,
  remedy: string,
): Finding => ({ file, line, problem, remedy });
