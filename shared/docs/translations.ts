import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, listFiles } from '../lessons/index.ts';
import { readNote } from './output.ts';
import { PAGES } from './pages.ts';
import { readText, type Text } from './read-text.ts';

/** The problem of a translation whose original has changed. */
export const STALE = 'a stale translation';

/** The pages of messages and the slides are generated in both languages from the same lists. */
const isGenerated = (file: string) => /\/troubleshooting\/|\/slides\.md$/.test(file);

/**
 * Every English page has its translation, and that says of which English text it is one: it is stale when that text has
 * changed since. What is executed is the same in both, and so is the structure.
 */
export async function checkTranslations(root: string): Promise<Finding[]> {
  const findings = await checkMap(root);
  const missing = new Set(findings.map(({ file }) => file));
  for (const { file, english, language } of PAGES) {
    const isThere = !missing.has(file) && !missing.has(english);
    if (language === 'en' || isGenerated(file) || !isThere) continue;
    const [original, translation] = [await readText(root, english), await readText(root, file)];
    findings.push(...compare(original, translation));
  }
  return findings;
}

/** Every page of the map is there, and every page that is there is on the map. */
async function checkMap(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { file, english } of PAGES) {
    if (existsSync(join(root, file))) continue;
    const remedy = file === english ? 'write it, or take it off the map' : `translate ${english}`;
    findings.push({ file, line: 1, problem: 'this page is missing', remedy });
  }
  for (const path of await listFiles(join(root, 'docs'))) {
    const file = `docs/${path}`;
    if (!file.endsWith('.md') || PAGES.some((page) => page.file === file)) continue;
    const remedy = 'add it to shared/docs/site-map.ts';
    findings.push({ file, line: 1, problem: 'a page that is not on the map', remedy });
  }
  return findings;
}

function* compare(original: Text, translation: Text): Generator<Finding> {
  const { file } = translation;
  const wanted = stamp(original.file, original.content);
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
  const outputs = ({ blocks }: Text) =>
    blocks.filter(({ note }) => readNote(note)).map(({ note, content }) => note + content);
  if (`${outputs(original)}` !== `${outputs(translation)}`) {
    const remedy = `copy the blocks marked "output" of ${original.file}`;
    yield { file, line: 1, problem: 'other output than in the English text', remedy };
  }
  const levels = ({ headings }: Text) => headings.map(({ level }) => level);
  if (`${levels(original)}` !== `${levels(translation)}`) {
    const remedy = `give it the same headings as ${original.file}, in the same order`;
    yield { file, line: 1, problem: 'other headings than in the English text', remedy };
  }
}

/** The line of a translation that says of which text it is one. A short hash is enough to notice a change. */
export function stamp(english: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return `<!-- translation of ${english} sha256:${hash} -->`;
}
