import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../lessons/index.ts';
import { readNote } from './output.ts';
import { PAGES } from './pages.ts';
import type { Block, Text } from './read-text.ts';

const isMessages = (file: string) => file.includes('/troubleshooting/');

/** A line of a report that the machine does not decide: a check's title, and what it says when it fails. */
const TITLE = /^\s+[✓✗·!] ([^\d\s].*?)(?:\s{2,}.*)?$/;
const SAYS = /^\s+(?:expected|hint)\s+(.*)$/;

/**
 * A report that a page shows was pasted by the run that printed it, and is one that can be printed still: each check in it
 * has its heading in Troubleshooting, and what it says when it fails is said there. Troubleshooting itself is made from the
 * code.
 */
export async function checkReports(root: string, texts: Text[]): Promise<Finding[]> {
  const files = PAGES.filter(({ file }) => isMessages(file));
  const pages = await Promise.all(files.map(({ file }) => readFile(join(root, file), 'utf8')));
  const printed = pages.join('\n').replaceAll('\\', '');
  return texts
    .filter(({ file }) => !isMessages(file))
    .flatMap(({ file, blocks }) =>
      blocks
        .filter(({ language }) => language === 'text')
        .flatMap((block) => [...compare(block, printed)].map((found) => ({ file, ...found }))),
    );
}

function* compare(
  { content, line, note }: Block,
  printed: string,
): Generator<Omit<Finding, 'file'>> {
  const said = content.split('\n').flatMap((shown, index) => {
    const [, message] = shown.match(TITLE) ?? shown.match(SAYS) ?? [];
    return message ? [{ message, line: line + 1 + index }] : [];
  });
  if (!readNote(note) && (note || said.length > 0)) {
    const remedy = 'let the block begin with ```text output, then: npm run docs:paste';
    yield { line, problem: 'a report that no run has pasted', remedy };
  }
  for (const { message, line } of said) {
    if (printed.includes(message)) continue;
    yield { line, problem: `no report says: ${message}`, remedy: 'npm run docs:paste' };
  }
}
