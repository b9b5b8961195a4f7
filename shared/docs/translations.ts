import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { PAGES } from './pages.ts';
import { readText, type Text } from './read-text.ts';

/** The problem of a translation whose original has changed. */
export const STALE = 'a stale translation';

/** The page of messages is generated in both languages from the same list. */
const isGenerated = (file: string) => file.includes('/troubleshooting/');

/**
 * Every English page has its translation, and that says of which English text it is one: it is stale when that text has
 * changed since. What is executed is the same in both, and so is the structure.
 */
export async function checkTranslations(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { file, english, language } of PAGES) {
    if (language === 'en' || isGenerated(file)) continue;
    if (!existsSync(join(root, file))) {
      const problem = `there is no translation of ${english}`;
      findings.push({ file, line: 1, problem, remedy: 'translate it' });
      continue;
    }
    const [original, translation] = [await readText(root, english), await readText(root, file)];
    findings.push(...compare(original, translation));
  }
  return findings;
}

function* compare(original: Text, translation: Text): Generator<Finding> {
  const { file } = translation;
  const wanted = `<!-- translation of ${original.file} sha256:${hash(original.content)} -->`;
  if (!translation.content.includes(wanted)) {
    const remedy = `bring it up to date with ${original.file}, then let its first line say: ${wanted}`;
    yield { file, line: 1, problem: STALE, remedy };
  }
  const commands = ({ blocks }: Text) =>
    blocks.filter(({ language }) => language === 'sh').map(({ content }) => content);
  if (`${commands(original)}` !== `${commands(translation)}`) {
    const remedy = `copy the sh blocks of ${original.file}`;
    yield { file, line: 1, problem: 'other commands than in the English text', remedy };
  }
  const levels = ({ headings }: Text) => headings.map(({ level }) => level);
  if (`${levels(original)}` !== `${levels(translation)}`) {
    const remedy = `give it the same headings as ${original.file}, in the same order`;
    yield { file, line: 1, problem: 'other headings than in the English text', remedy };
  }
}

/** Enough to notice a change. */
const hash = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 12);
