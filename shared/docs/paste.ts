import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { openClone } from './blocks.ts';
import { type Checked, readEnglish } from './checks.ts';
import { readNote, renew } from './output.ts';
import { PAGES } from './pages.ts';
import { type Block, readText, type Text } from './read-text.ts';
import type { Output } from './reader.ts';
import { stamp } from './translations.ts';

/**
 * Follows pages, and writes what was printed into their blocks and those of their translations, which stay as fresh as
 * they were.
 *
 * @param names files of English pages; without any, all that show an output
 * @returns what went wrong, and which outputs no longer begin or end like the ones shown, so that a person has to look
 */
export async function pasteOutputs(
  root: string,
  names: string[],
  signal?: AbortSignal,
): Promise<Checked> {
  const all = (await readEnglish(root)).filter((text) => outputsOf(text).length > 0);
  const missing = names.filter((name) => !all.some(({ file }) => file === name));
  if (missing.length > 0) return { findings: missing.map((file) => ({ file, ...NO_OUTPUT })) };
  const texts = all.filter(({ file }) => names.length === 0 || names.includes(file));
  const findings: Finding[] = [];
  const outputs: Output[] = [];
  {
    await using follower = await openClone(root);
    for (const text of texts) {
      const done = await follower.follow(text, signal);
      findings.push(...done.findings);
      outputs.push(...done.outputs);
    }
  }
  for (const { file } of texts) await writeOutputs(root, file, outputs);
  const isPasted = ({ file, line }: Finding) =>
    outputs.some((output) => output.file === file && output.block.line === line && renewed(output));
  return {
    findings: findings.filter((finding) => !isPasted(finding)),
    counted: [`${outputs.length} outputs pasted`],
  };
}

const NO_OUTPUT = {
  line: 1,
  problem: 'no English page that shows an output',
  remedy: 'name a file, such as README.md, or none for all of them',
};

const outputsOf = ({ blocks }: Text) => blocks.filter(({ note }) => readNote(note));

const renewed = ({ block, printed }: Output) => renew(block.content, printed);

/** Writes what was printed into the blocks of one page, and into those of its translation. */
export async function writeOutputs(root: string, english: string, all: Output[]): Promise<void> {
  const outputs = all.filter(({ file }) => file === english);
  const before = await readFile(join(root, english), 'utf8');
  for (const { file, language } of PAGES.filter((page) => page.english === english)) {
    const text = await readText(root, file);
    const pasted = outputsOf(text).reduceRight((content, block, index) => {
      const output = outputs[index];
      return replace(content, block, (output && renewed(output)) ?? block.content);
    }, text.content);
    const after = await readFile(join(root, english), 'utf8');
    const isTranslation = language !== 'en';
    await writeFile(
      join(root, file),
      isTranslation ? pasted.replace(stamp(english, before), stamp(english, after)) : pasted,
    );
  }
}

/** The line of a block is the one of its fence. */
function replace(text: string, { line, content }: Block, by: string): string {
  const lines = text.split('\n');
  lines.splice(line, content.split('\n').length - 1, ...by.trimEnd().split('\n'));
  return lines.join('\n');
}
