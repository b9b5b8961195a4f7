import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Finding } from '../../lessons/index.ts';
import type { Section } from './section.ts';

export const CHINESE = 'docs/zh-TW/troubleshooting';

const texts = z.record(
  z.string(),
  z.strictObject({
    /** The English title that the text was written for. */
    title: z.string(),
    text: z.string(),
  }),
);

/** What is said in Chinese on one page: id → text; and where that does not fit the sections. */
export function chineseTexts(
  root: string,
  name: string,
  sections: Section[],
): { texts: Map<string, string>; findings: Finding[] } {
  const file = `${CHINESE}/${name}.yaml`;
  const source = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '{}';
  const known = texts.parse(parse(source));
  const finding = (id: string, problem: string, remedy: string): Finding => {
    const index = source.split('\n').findIndex((line) => line.startsWith(`${id}:`));
    return { file, line: Math.max(index, 0) + 1, problem, remedy };
  };

  const findings: Finding[] = [];
  for (const { id, title } of sections) {
    const entry = known[id];
    if (!entry) findings.push(finding(id, `no Chinese text for ${id}`, `write one for: ${title}`));
    else if (entry.title !== title)
      findings.push(
        finding(
          id,
          `the Chinese text is for another title of ${id}`,
          `see that it fits, and set title: ${title}`,
        ),
      );
  }
  const stray = Object.keys(known).filter((id) => !sections.some((section) => section.id === id));
  for (const id of stray)
    findings.push(finding(id, `a text for ${id}, which is not there`, 'delete it'));
  return { texts: new Map(Object.entries(known).map(([id, { text }]) => [id, text])), findings };
}
